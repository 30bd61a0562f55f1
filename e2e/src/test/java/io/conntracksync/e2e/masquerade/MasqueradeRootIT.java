package io.conntracksync.e2e.masquerade;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.SwitchoverAnnouncer;
import io.conntracksync.api.v1alpha1.SwitchoverStatus;
import io.conntracksync.e2e.bed.Binding;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.MigrationStory;
import io.conntracksync.e2e.kubevirt.PlayedMigration;
import io.conntracksync.e2e.product.AgentProcess;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.OperatorProcess;
import io.conntracksync.e2e.traffic.Opener;
import io.conntracksync.e2e.traffic.Peer;
import io.conntracksync.e2e.traffic.PeerSettings;
import io.conntracksync.e2e.traffic.TrafficResult;
import io.conntracksync.e2e.traffic.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Migrations of a VM behind masquerade, pod to pod, with nodes and pods that track strictly. The
 * control moves the node's table alone: its agents look for launchers where there are none. The
 * nodes have no libvirt, no hook and no gate, as in KubeVirt: only a launcher's libvirt tells of a
 * pause, and the hook is where the agent has put it.
 */
final class MasqueradeRootIT {
  private static final int CONNECTIONS = 40;
  private static final int STREAMS = 6;
  private static final Path WORK = Path.of("target/masquerade").toAbsolutePath();
  private static final Duration CONCLUSION = Duration.ofSeconds(60);

  /** Longer than a connection may be silent and still count as alive. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(5);

  private static final String NO_LIBVIRT_ON_THE_NODE =
      "--libvirt-uri=qemu+unix:///system?socket=/nowhere";
  private static final String HEARD = "conntracksync_libvirt_connected";

  /**
   * What was seen on the way.
   *
   * @param heard libvirts that the source listened to when the VM was gone
   * @param before files of the target's launcher, in which nothing of the product is
   * @param during the same once the entries were imported
   */
  private record Move(String targetPod, double heard, List<String> before, List<String> during) {}

  private static Cluster cluster;
  private static Outcome nodesTableAlone;
  private static Outcome bothTables;

  /**
   * What a migration came to.
   *
   * @param translated entries of the guest's connections in the target pod's table afterwards
   * @param move what was seen of the migration on its way
   */
  private record Outcome(TrafficResult traffic, ConntrackSync sync, long translated, Move move) {
    Optional<SwitchoverStatus> switchover() {
      return Optional.ofNullable(sync.getStatus().source().switchover());
    }
  }

  @BeforeAll
  static void migrateTwice() {
    Build build = Build.ofThisCheckout();
    cluster = Cluster.up(build, WORK, Cluster.stockBed(build).with(Binding.MASQUERADE));
    try (OperatorProcess operator = cluster.startOperator("--leader-election=false")) {
      assertThat(operator.isAlive()).isTrue();
      nodesTableAlone =
          migrate("control", "--hook-binary=" + build.hook(), "--kubelet-dir=/nowhere");
      bothTables = migrate("synced", "--hook-binary=" + build.hook());
    }
  }

  @AfterAll
  static void closeTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void withTheNodesTableAloneEveryConnectionDies() {
    TrafficResult control = nodesTableAlone.traffic();

    assertThat(control.flows(Transport.TCP)).hasSize(CONNECTIONS);
    assertThat(control.survived(Transport.TCP)).isZero();
    // Streams of datagrams and new connections: the pod translates those anew.
    assertThat(nodesTableAlone.translated()).isLessThan(CONNECTIONS);
  }

  @Test
  void withThePodsTableEveryConnectionSurvivesInBothDirections() {
    TrafficResult synced = bothTables.traffic();

    assertThat(synced.flows(Transport.TCP))
        .hasSize(CONNECTIONS)
        .anyMatch(flow -> flow.opener() == Opener.PEER)
        .anyMatch(flow -> flow.opener() == Opener.VM);
    assertThat(synced.survived(Transport.TCP)).isEqualTo(CONNECTIONS);
    assertThat(synced.flows(Transport.UDP)).hasSize(STREAMS);
    assertThat(synced.survived(Transport.UDP)).isEqualTo(STREAMS);
  }

  @Test
  void theStatusCountsTheEntriesOfBothTables() {
    long flows = CONNECTIONS + STREAMS;

    assertThat(nodesTableAlone.sync().getStatus().target().entriesApplied())
        .isBetween(flows, 2 * flows - 1);
    assertThat(bothTables.sync().getStatus().source().entriesSent())
        .isGreaterThanOrEqualTo(2 * flows);
    assertThat(bothTables.sync().getStatus().target().entriesApplied())
        .isGreaterThanOrEqualTo(2 * flows);
    assertThat(bothTables.translated()).isGreaterThanOrEqualTo(flows);
  }

  @Test
  void thePodsOwnLibvirtAnnouncesThePause() {
    assertThat(bothTables.move().heard()).isEqualTo(1);
    assertThat(bothTables.switchover())
        .hasValueSatisfying(
            switchover ->
                assertThat(switchover.announcedBy()).isEqualTo(SwitchoverAnnouncer.LIBVIRT));
  }

  @Test
  void theHookWasInThePodForItsMigrationAlone() {
    assertThat(bothTables.sync().getStatus().target().hook().outcome())
        .isEqualTo(HookOutcome.IMPORTED);
    assertThat(bothTables.move().during())
        .containsAll(bothTables.move().before())
        .anyMatch(file -> file.endsWith("/qemu.d/50-conntracksync-agent"))
        .anyMatch(file -> file.endsWith("/sockets/cts-hook"));
    assertThat(nodesTableAlone.sync().getStatus().target().hook()).isNull();
  }

  @Test
  void withoutItNobodyDoes() {
    assertThat(nodesTableAlone.move().heard()).isZero();
    assertThat(nodesTableAlone.switchover()).isEmpty();
  }

  private static Outcome migrate(String name, String... agentSettings) {
    Node source = cluster.bed().nodeA();
    Node target = cluster.bed().nodeB();
    List<AgentProcess> agents = new ArrayList<>();
    try {
      for (Node node : cluster.bed().nodes()) {
        node.firewall().reset();
        node.pod().reset();
        agents.add(cluster.startAgent(node, withoutLibvirt(agentSettings)));
      }
      AgentProcess sourceAgent = agents.get(0);
      MigrationStory story = MigrationStory.begin(cluster, "db-" + name, source);
      source.pod().startLauncher(story.vmi().launcherUid());
      try (Peer peer = peer(story, name)) {
        peer.openFromPeer(CONNECTIONS / 2);
        peer.openFromVm(CONNECTIONS / 2);
        peer.openStreams(STREAMS);
        Move move = move(story, name, target, sourceAgent);
        Awaitility.await("traffic after the migration")
            .pollDelay(AFTERWARDS)
            .atMost(AFTERWARDS.multipliedBy(2))
            .until(() -> true);
        Outcome outcome = new Outcome(peer.stop(), completed(name), translated(target), move);
        Awaitility.await("the launcher's libvirt is let go")
            .untilAsserted(() -> assertThat(sourceAgent.metric(HEARD)).isZero());
        Awaitility.await("the launcher is as before")
            .untilAsserted(
                () ->
                    assertThat(files(target, move.targetPod()))
                        .containsExactlyElementsOf(move.before()));
        return outcome;
      } finally {
        cluster.bed().nodes().forEach(story::end);
      }
    } finally {
      agents.forEach(AgentProcess::close);
    }
  }

  private static Peer peer(MigrationStory story, String name) {
    PeerSettings settings =
        PeerSettings.of(
            story.vm().addresses().both(),
            cluster.bed().client().addresses().both(),
            WORK.resolve(name + "-traffic.json").toString());
    return Peer.start(settings, cluster.bed().client().enter(), WORK.resolve(name + "-peer.log"));
  }

  private static String[] withoutLibvirt(String... settings) {
    return Stream.concat(Stream.of(NO_LIBVIRT_ON_THE_NODE), Stream.of(settings))
        .toArray(String[]::new);
  }

  /** From node A. */
  private static Move move(MigrationStory story, String name, Node target, AgentProcess source) {
    PlayedMigration migration = story.vmi().createMigration(name, target.name());
    migration.pending();
    migration.scheduling();
    target.pod().startLauncher(migration.targetPodUid());
    List<String> before = files(target, migration.targetPodUid());
    migration.scheduled();
    migration.handOver();
    reached(name, Phase.IMPORTED);
    List<String> during = files(target, migration.targetPodUid());
    migration.targetReady();
    migration.running();
    story.vm().migrate(cluster.bed().nodeA(), target, MigrationOptions.fast()).orThrow();
    double heard = source.metric(HEARD);
    migration.targetDomainDetected();
    migration.targetDomainReady();
    migration.succeeded();
    return new Move(migration.targetPodUid(), heard, before, during);
  }

  /** Where libvirt's hooks are and where the launcher's sockets are, as its node sees it. */
  private static List<String> files(Node node, String podUid) {
    String sockets = "/var/lib/kubelet/pods/" + podUid + "/volumes/kubernetes.io~empty-dir/sockets";
    return node.command("find", "/etc/libvirt/hooks", sockets).run().lines().sorted().toList();
  }

  private static ConntrackSync completed(String name) {
    return reached(name, Phase.COMPLETED);
  }

  private static ConntrackSync reached(String name, Phase phase) {
    return Awaitility.await("sync " + name + " is " + phase)
        .atMost(CONCLUSION)
        .until(
            () -> cluster.sync(name),
            sync ->
                sync.map(ConntrackSync::getStatus)
                    .filter(status -> status.phase() == phase)
                    .isPresent())
        .orElseThrow();
  }

  /** By an independent reader: entries in which the guest's internal addresses stand. */
  private static long translated(Node node) {
    return List.of("ipv4", "ipv6").stream()
        .flatMap(
            family ->
                node.pod().command("conntrack", "-L", "-f", family, "-o", "extended").run().lines())
        .filter(line -> line.contains("=10.0.2.2 ") || line.contains("=fd10:0:2::2 "))
        .count();
  }
}
