package io.conntracksync.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.SwitchoverAnnouncer;
import io.conntracksync.e2e.bed.Binding;
import io.conntracksync.e2e.bed.LauncherImage;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.MigrationStory;
import io.conntracksync.e2e.kubevirt.PlayedMigration;
import io.conntracksync.e2e.product.AgentProcess;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.OperatorProcess;
import io.conntracksync.e2e.product.SharedImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Operator and agents run from their images as the chart's pods would, and a VM migrates between
 * launcher pods in which nothing of the product is but what the agent takes out of its image.
 */
final class ImagesRootIT {
  private static final Path WORK = Path.of("target/images").toAbsolutePath();
  private static final Duration CONCLUSION = Duration.ofSeconds(60);
  private static final String NO_LIBVIRT_ON_THE_NODE =
      "--libvirt-uri=qemu+unix:///system?socket=/nowhere";

  private static Cluster cluster;
  private static Programs programs;
  private static ConntrackSync sync;

  /** What runs from images, as its process shows it. */
  private record Programs(ProcessView operator, ProcessView agent) {}

  @BeforeAll
  static void migrate() throws IOException {
    Build build = Build.ofThisCheckout();
    cluster =
        Cluster.up(
            SharedImages.ofThisCheckout(), WORK, Cluster.stockBed(build).with(Binding.MASQUERADE));
    Node source = cluster.bed().nodeA();
    Node target = cluster.bed().nodeB();
    try (OperatorProcess operator = cluster.startOperator();
        AgentProcess there = cluster.startAgent(source, NO_LIBVIRT_ON_THE_NODE);
        AgentProcess here = cluster.startAgent(target, NO_LIBVIRT_ON_THE_NODE)) {
      programs = new Programs(ProcessView.of(operator.pid()), ProcessView.of(here.pid()));
      assertThat(there.isAlive()).isTrue();
      sync = migrate("from-images", source, target);
    }
  }

  @AfterAll
  static void closeTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void bothRunFromTheirImagesWhichTheyCannotWrite() {
    for (ProcessView program : List.of(programs.operator(), programs.agent())) {
      assertThat(program.executable()).isEqualTo(Path.of("usr/lib/jvm/bin/java"));
      assertThat(program.rootOptions()).contains("ro");
    }
  }

  @Test
  void bothHaveTheirClassesFromTheArchive() {
    for (ProcessView program : List.of(programs.operator(), programs.agent())) {
      assertThat(program.mapped()).anyMatch(file -> file.endsWith("/app/classes.jsa"));
    }
  }

  @Test
  void theOperatorIsNobodyAndMayNothing() {
    assertThat(programs.operator().user()).isEqualTo(65532);
    assertThat(programs.operator().capabilities()).isZero();
  }

  @Test
  void theHookOfTheAgentsImageWaitedForTheImport() {
    assertThat(sync.getStatus().target().hook().outcome()).isEqualTo(HookOutcome.IMPORTED);
  }

  @Test
  void libvirtsClientOfTheAgentsImageHeardOfThePause() {
    assertThat(sync.getStatus().source().switchover().announcedBy())
        .isEqualTo(SwitchoverAnnouncer.LIBVIRT);
  }

  private static ConntrackSync migrate(String name, Node source, Node target) {
    MigrationStory story = MigrationStory.begin(cluster, "db", source);
    try {
      PlayedMigration migration = story.vmi().createMigration(name, target.name());
      migration.pending();
      migration.scheduling();
      target
          .pod()
          .orElseThrow()
          .startLauncher(migration.targetPodUid(), LauncherImage.WITH_MAIN_HOOK, root -> {});
      migration.scheduled();
      migration.handOver();
      reached(name, Phase.IMPORTED);
      migration.targetReady();
      migration.running();
      story.vm().migrate(source, target, MigrationOptions.fast()).orThrow();
      migration.targetDomainDetected();
      migration.targetDomainReady();
      migration.succeeded();
      return reached(name, Phase.COMPLETED);
    } finally {
      cluster.bed().nodes().forEach(story::end);
    }
  }

  private static ConntrackSync reached(String name, Phase phase) {
    return Awaitility.await("sync " + name + " is " + phase)
        .atMost(CONCLUSION)
        .until(
            () -> cluster.sync(name),
            found ->
                found
                    .map(ConntrackSync::getStatus)
                    .filter(status -> status.phase() == phase)
                    .isPresent())
        .orElseThrow();
  }

  /**
   * A running process as the kernel shows it.
   *
   * @param executable below its root
   * @param rootOptions how its root is mounted
   * @param capabilities the effective ones, a bit each
   * @param mapped files in its memory
   */
  private record ProcessView(
      Path executable, List<String> rootOptions, int user, long capabilities, List<String> mapped) {
    static ProcessView of(long pid) throws IOException {
      Path process = Path.of("/proc", Long.toString(pid));
      List<String> root =
          Files.readAllLines(process.resolve("mountinfo")).stream()
              .map(line -> List.of(line.split(" ", -1)))
              .filter(words -> words.get(4).equals("/"))
              .reduce((lower, upper) -> upper)
              .orElseThrow();
      List<String> status = Files.readAllLines(process.resolve("status"));
      return new ProcessView(
          Files.readSymbolicLink(process.resolve("root"))
              .relativize(Files.readSymbolicLink(process.resolve("exe"))),
          List.of(root.get(5).split(",", -1)),
          Integer.parseInt(word(status, "Uid:")),
          Long.parseLong(word(status, "CapEff:"), 16),
          Files.readAllLines(process.resolve("maps")));
    }

    private static String word(List<String> status, String key) {
      return status.stream()
          .filter(line -> line.startsWith(key))
          .map(line -> line.split("\\s+", -1)[1])
          .findFirst()
          .orElseThrow();
    }
  }
}
