package io.conntracksync.e2e.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.SwitchoverAnnouncer;
import io.conntracksync.api.v1alpha1.SwitchoverOutcome;
import io.conntracksync.api.v1alpha1.SwitchoverStatus;
import io.conntracksync.e2e.bed.DomainState;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.MigrationResult;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.MigrationStory;
import io.conntracksync.e2e.cluster.Product;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.traffic.TrafficResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate in the libvirt of the first node alone: who leaves that node is held at the pause, who
 * comes to it is not. Agents run on both.
 */
final class SwitchoverRootIT {
  private static final Logger LOG = LoggerFactory.getLogger(SwitchoverRootIT.class);
  private static final Path WORK = Path.of("target/switchover").toAbsolutePath();
  private static final Duration CONCLUSION = Duration.ofSeconds(60);

  /** First packets that were lost in the pause come again after 1 s and 3 s. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(8);

  private static final String GATE_DRAINED =
      SwitchoverAnnouncer.GATE + ": " + SwitchoverOutcome.DRAINED;
  private static final int CROSSINGS_MOST = 4;
  private static final int ENOUGH_WITHOUT_GATE = 200;
  private static final int OPEN_ALREADY = 10;

  private static Cluster cluster;
  private static Product product;

  @BeforeAll
  static void installTheProductAndOneGate() {
    Build build = Build.ofThisCheckout();
    // As on hosts of plain libvirt: the chart's pods do not hear the node's own libvirt.
    cluster = Cluster.up(build, WORK, Cluster.stockBed(build).withGateOnNodeA(build.gate()));
    product = Product.installIn(cluster);
  }

  @AfterAll
  static void closeTheCluster() {
    try {
      if (product != null) {
        product.close();
      }
    } finally {
      if (cluster != null) {
        cluster.close();
      }
    }
  }

  @Test
  void connectionsOpenedAtAnyMomentSurviveWithTheGate() throws IOException {
    Node a = cluster.bed().nodeA();
    Node b = cluster.bed().nodeB();
    MigrationStory story = begin("crowded", a);
    List<Crossing> gated = new ArrayList<>();
    List<Crossing> ungated = new ArrayList<>();
    try {
      // The pause comes when it comes: few may fall into the last moments, or the copy be short.
      for (int i = 1; i <= CROSSINGS_MOST && !areEnough(gated, ungated); i++) {
        gated.add(cross(story, "gated-" + i, a, b));
        ungated.add(cross(story, "ungated-" + i, b, a));
      }
    } finally {
      Reports.write("switchover-connections", Map.of("gated", gated, "withoutGate", ungated));
      cluster.bed().nodes().forEach(story::end);
    }

    assertThat(gated).as("enough in the last moments").anyMatch(Crossing::isTelling);
    assertThat(gated)
        .allSatisfy(
            crossing -> {
              assertThat(crossing.switchover()).startsWith(GATE_DRAINED);
              assertThat(crossing.notes()).isEmpty();
              assertThat(crossing.lost()).isZero();
              assertThat(crossing.neverArrived()).isZero();
            });
    // Without the gate the losses are what they are: counted, and reported.
    assertThat(opened(ungated)).isGreaterThanOrEqualTo(ENOUGH_WITHOUT_GATE);
    assertThat(ungated)
        .allSatisfy(
            crossing ->
                assertThat(crossing.switchover()).startsWith(SwitchoverAnnouncer.LIBVIRT.name()));
  }

  private static boolean areEnough(List<Crossing> gated, List<Crossing> ungated) {
    return gated.stream().anyMatch(Crossing::isTelling) && opened(ungated) >= ENOUGH_WITHOUT_GATE;
  }

  private static int opened(List<Crossing> crossings) {
    return crossings.stream().mapToInt(Crossing::opened).sum();
  }

  @Test
  void aPauseThatIsNoMigrationIsNobodysBusiness() throws IOException {
    Node node = cluster.bed().nodeA();
    MigrationStory story = begin("paused", node);
    String domain = story.vm().domain();
    Path image = WORK.resolve("paused.img");
    Path log = cluster.logs().resolve("agent-" + node + ".log");
    try {
      String saidByTheGate = Files.readString(node.libvirtOutput());
      long saidByTheAgent = Files.readString(log).lines().count();

      node.virsh("suspend", domain).run();
      node.virsh("resume", domain).run();
      node.virsh("save", domain, image.toString()).run();
      node.virsh("restore", image.toString()).run();

      assertThat(story.vm().state(node)).isEqualTo(DomainState.RUNNING);
      assertThat(cluster.bed().client().isAnswered(story.vm().addresses().v4())).isTrue();
      assertThat(node.command("ls", "/run/conntracksync/gate").run()).isEmpty();
      assertThat(Files.readString(node.libvirtOutput())).isEqualTo(saidByTheGate);
      assertThat(Files.readString(log).lines().skip(saidByTheAgent))
          .noneMatch(line -> line.contains("switchover") || line.contains("socket"));
      assertThat(product.agentOf(node).metric("conntracksync_syncs_under_way{role=\"source\"}"))
          .isZero();
      assertThat(product.agentOf(node).sum("conntracksync_gate_faults_total")).isZero();
    } finally {
      cluster.bed().nodes().forEach(story::end);
    }
  }

  private static MigrationStory begin(String vm, Node node) {
    cluster.bed().nodes().forEach(each -> each.firewall().reset());
    MigrationStory story = MigrationStory.begin(cluster, vm, node);
    // What is tested is not how busy this machine is.
    story.vmi().annotate("conntracksync.io/switchover-deadline", "1s");
    story.vmi().annotate("conntracksync.io/hook-deadline", "5s");
    return story;
  }

  private static Crossing cross(MigrationStory story, String name, Node source, Node target)
      throws IOException {
    long seed = new Random().nextLong();
    LOG.atInfo().addKeyValue("seed", seed).addKeyValue("migration", name).log("crossing");
    Path folder = Files.createDirectories(WORK.resolve(name));
    try (Crowd crowd =
        Crowd.gather(cluster.bed(), story.vm(), target, folder, OPEN_ALREADY, seed)) {
      MigrationResult.Completed migration =
          story.migrate(name, source, target, MigrationOptions.fast()).orThrow();
      Instant stopped = source.lastCpuStop().orElseThrow();
      sleep(AFTERWARDS);
      TrafficResult traffic = crowd.end();
      awaitCompleted(name);
      Crossing crossing =
          Crossing.of(
              new Crossing.Way(source.name(), target.name(), seed, switchover(name)),
              traffic,
              stopped,
              migration,
              OPEN_ALREADY);
      LOG.atInfo().addKeyValue("crossing", crossing).log("crossed");
      return crossing;
    }
  }

  private static void awaitCompleted(String sync) {
    Awaitility.await(sync + " is completed")
        .atMost(CONCLUSION)
        .until(() -> status(sync).phase() == Phase.COMPLETED);
  }

  private static String switchover(String sync) {
    SwitchoverStatus switchover = status(sync).source().switchover();
    return Optional.ofNullable(switchover)
        .map(said -> said.announcedBy() + ": " + said.outcome() + " after " + said.waited())
        .orElse("not announced");
  }

  private static ConntrackSyncStatus status(String sync) {
    return cluster.sync(sync).orElseThrow().getStatus();
  }

  private static void sleep(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while connections go on", e);
    }
  }
}
