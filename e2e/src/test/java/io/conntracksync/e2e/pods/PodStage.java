package io.conntracksync.e2e.pods;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.Binding;
import io.conntracksync.e2e.bed.LauncherRoot;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.bed.Pod;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.MigrationStory;
import io.conntracksync.e2e.kubevirt.PlayedMigration;
import io.conntracksync.e2e.product.AgentProcess;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.OperatorProcess;
import io.conntracksync.e2e.product.SharedImages;
import io.conntracksync.e2e.traffic.Peer;
import io.conntracksync.e2e.traffic.PeerSettings;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A cluster of launcher pods in which a VM behind masquerade migrates from node A to node B, and
 * what is seen of it. The nodes have no libvirt, no hook and no gate, and nothing of the product is
 * in the pods.
 */
final class PodStage implements AutoCloseable {
  static final int CONNECTIONS = 40;
  static final int STREAMS = 6;

  private static final Duration CONCLUSION = Duration.ofSeconds(60);

  /** Longer than a connection may be silent and still count as alive. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(5);

  private static final String NO_LIBVIRT_ON_THE_NODE =
      "--libvirt-uri=qemu+unix:///system?socket=/nowhere";
  private static final String HEARD = "conntracksync_libvirt_connected";
  private static final String HOOKS = "conntracksync_launcher_hooks_total{result=\"%s\"}";

  private final Path work;
  private final Cluster cluster;
  private final OperatorProcess operator;

  private PodStage(Path work, Cluster cluster, OperatorProcess operator) {
    this.work = work;
    this.cluster = cluster;
    this.operator = operator;
  }

  /** Starts it, with its state and logs in this folder. */
  static PodStage open(Path work) {
    Build build = Build.ofThisCheckout();
    Cluster cluster =
        Cluster.up(
            SharedImages.ofThisCheckout(), work, Cluster.stockBed(build).with(Binding.MASQUERADE));
    try {
      return new PodStage(work, cluster, cluster.startOperator("--leader-election=false"));
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  Build build() {
    return cluster.build();
  }

  /** Plays it from a VM's start to its end, with agents of its own. */
  Outcome play(Scenario scenario) {
    List<AgentProcess> agents = new ArrayList<>();
    try {
      for (Node node : cluster.bed().nodes()) {
        node.firewall().reset();
        node.pod().orElseThrow().reset();
        agents.add(cluster.startAgent(node, settings(scenario)));
      }
      return new Play(scenario, agents.get(0), agents.get(1)).run();
    } finally {
      agents.forEach(AgentProcess::close);
    }
  }

  private String[] settings(Scenario scenario) {
    return Stream.concat(Stream.of(NO_LIBVIRT_ON_THE_NODE), scenario.agents().stream())
        .toArray(String[]::new);
  }

  private final class Play {
    private final Scenario scenario;
    private final AgentProcess sourceAgent;
    private final AgentProcess targetAgent;
    private final Node source = cluster.bed().nodeA();
    private final Node target = cluster.bed().nodeB();
    private final MigrationStory story;
    private final PlayedMigration migration;
    private final LauncherRoot sourceRoot;

    Play(Scenario scenario, AgentProcess sourceAgent, AgentProcess targetAgent) {
      this.scenario = scenario;
      this.sourceAgent = sourceAgent;
      this.targetAgent = targetAgent;
      this.story =
          MigrationStory.begin(cluster, "db-" + scenario.name(), source, scenario.source());
      this.migration = story.vmi().createMigration(scenario.name(), target.name());
      this.sourceRoot = source.pod().flatMap(Pod::launcherRoot).orElseThrow();
    }

    Outcome run() {
      try (Peer peer = peer()) {
        peer.openFromPeer(CONNECTIONS / 2);
        peer.openFromVm(CONNECTIONS / 2);
        peer.openStreams(STREAMS);
        return migrate(peer);
      } finally {
        cluster.bed().nodes().forEach(story::end);
      }
    }

    private Peer peer() {
      PeerSettings settings =
          PeerSettings.of(
              story.vm().addresses().both(),
              cluster.bed().client().addresses().both(),
              work.resolve(scenario.name() + "-traffic.json").toString());
      Path log = work.resolve(scenario.name() + "-peer.log");
      return Peer.start(settings, cluster.bed().client().enter(), log);
    }

    private Outcome migrate(Peer peer) {
      List<String> sourceBefore = sourceRoot.listing();
      migration.pending();
      migration.scheduling();
      LauncherRoot targetRoot =
          target
              .pod()
              .orElseThrow()
              .startLauncher(migration.targetPodUid(), scenario.image(), scenario.target());
      List<String> targetBefore = targetRoot.listing();
      migration.scheduled();
      migration.handOver();
      reached(Phase.IMPORTED);
      List<String> sourceDuring = sourceRoot.listing();
      List<String> targetDuring = targetRoot.listing();
      migration.targetReady();
      migration.running();
      story.vm().migrate(source, target, MigrationOptions.fast()).orThrow();
      double heard = sourceAgent.metric(HEARD);
      migration.targetDomainDetected();
      migration.targetDomainReady();
      migration.succeeded();
      Awaitility.await("traffic after the migration")
          .pollDelay(AFTERWARDS)
          .atMost(AFTERWARDS.multipliedBy(2))
          .until(() -> true);
      return new Outcome(
          peer.stop(),
          reached(Phase.COMPLETED),
          translated(target),
          heard,
          hooks(),
          new Outcome.Traces(sourceBefore, sourceDuring, settled(sourceRoot, sourceBefore)),
          new Outcome.Traces(targetBefore, targetDuring, settled(targetRoot, targetBefore)));
    }

    private ConntrackSync reached(Phase phase) {
      return Awaitility.await("sync " + scenario.name() + " is " + phase)
          .atMost(CONCLUSION)
          .until(
              () -> cluster.sync(scenario.name()),
              sync ->
                  sync.map(ConntrackSync::getStatus)
                      .filter(status -> status.phase() == phase)
                      .isPresent())
          .orElseThrow();
    }

    /** The agents let go of the pods when they see the end, a moment after it is written. */
    private List<String> settled(LauncherRoot root, List<String> wanted) {
      Awaitility.await("the launcher's libvirt is let go")
          .until(() -> sourceAgent.metric(HEARD) == 0);
      try {
        return Awaitility.await()
            // Something was taken away while it was listed.
            .ignoreException(UncheckedIOException.class)
            .until(root::listing, wanted::equals);
      } catch (ConditionTimeoutException e) {
        // The difference is for the test to show.
        return root.listing();
      }
    }

    private Map<String, Double> hooks() {
      return Stream.of("installed", "provided", "no_main_hook", "refused")
          .collect(
              Collectors.toMap(
                  Function.identity(), result -> targetAgent.metric(HOOKS.formatted(result))));
    }
  }

  /** By an independent reader: entries in which the guest's internal addresses stand. */
  private static long translated(Node node) {
    return Stream.of("ipv4", "ipv6")
        .flatMap(family -> conntrack(node, family).lines())
        .filter(line -> line.contains("=10.0.2.2 ") || line.contains("=fd10:0:2::2 "))
        .count();
  }

  private static String conntrack(Node node, String family) {
    return node.pod()
        .orElseThrow()
        .command("conntrack", "-L", "-f", family, "-o", "extended")
        .run();
  }

  @Override
  public void close() {
    try {
      operator.close();
    } finally {
      cluster.close();
    }
  }
}
