package io.conntracksync.e2e.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.chart.Inventory;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.MigrationStory;
import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.faults.SyncByHand;
import io.conntracksync.e2e.process.Daemon;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.SharedImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What an administrator does who has the packed chart, the README and what helm prints, and nothing
 * else: install, see that it works, migrate a VM, uninstall.
 */
final class FirstInstallRootIT {
  private static final Path WORK = Path.of("target/first-install").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Build build = Build.ofThisCheckout();

  @Test
  void byTheCommandsOfReadmeAndNotesAlone() throws IOException {
    Chart chart = Chart.ofCheckout(build.root(), WORK.resolve("chart"));
    try (Cluster cluster =
            Cluster.withoutProduct(SharedImages.ofThisCheckout(), WORK, Cluster.stockBed(build));
        PlayedWorkloads workloads = new PlayedWorkloads(cluster)) {
      Shell shell = new Shell(cluster.controlPlane(), chart);
      List<String> readme = Guide.file(build, "README.md").commands("helm install");
      Guide guide = Guide.file(build, "docs/operations.md");
      List<String> uninstalling = guide.commands("helm uninstall");
      Inventory inventory = new Inventory(cluster.controlPlane());
      Set<String> before = inventory.now();

      List<String> next = new Guide(shell.run(readme.get(0))).kubectl();
      assertThat(next).as("the next three commands").hasSize(3);
      CompletableFuture<Void> rollOut = CompletableFuture.runAsync(workloads::rollOut);
      assertThat(shell.run(next.get(0))).contains("successfully rolled out");
      rollOut.join();
      for (String command : List.of(readme.get(1), next.get(1))) {
        Awaitility.await("every node is ready: " + command)
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(shell.run(command).lines().skip(1))
                        .hasSameSizeAs(cluster.bed().nodes())
                        .allMatch(row -> row.contains("netfilter") && row.contains("True")));
      }
      Path watched = cluster.logs().resolve("watched.log");
      try (Daemon watch = shell.start(next.get(2), watched)) {
        migrate(cluster);
        Awaitility.await("the sync is seen to be completed")
            .atMost(PATIENCE)
            .failFast(watch::requireAlive)
            .until(() -> Files.readString(watched).contains("Completed"));
      }
      ConntrackSync sync = cluster.sync("db-move").orElseThrow();
      assertThat(sync.getStatus().target().hook().outcome()).isEqualTo(HookOutcome.IMPORTED);

      SyncByHand.create(
          cluster, "under-way", "vm", cluster.bed().nodeA(), cluster.bed().nodeB(), "10.30.0.90");
      await("a sync is under way", () -> hasPort(cluster, "under-way"));
      assertThat(shell.run(uninstalling.get(0))).contains("db-move", "under-way");
      shell.run(uninstalling.get(uninstalling.size() - 1));
      workloads.end();

      assertThat(hasPort(cluster, "under-way")).as("nothing was concluded").isTrue();
      shell.run("kubectl -n shop delete conntracksync under-way --timeout=30s");
      Awaitility.await("nothing else is left")
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(left(inventory, before))
                      .containsExactlyInAnyOrder(
                          "APIService /v1alpha1.conntracksync.io",
                          "CustomResourceDefinition /conntracknodes.conntracksync.io",
                          "CustomResourceDefinition /conntracksyncs.conntracksync.io",
                          "ConntrackNode /nodea",
                          "ConntrackNode /nodeb",
                          "ConntrackSync shop/db-move",
                          "Namespace /conntracksync-system"));
    }
  }

  private static boolean hasPort(Cluster cluster, String sync) {
    ConntrackSyncStatus status = cluster.sync(sync).orElseThrow().getStatus();
    return status != null && status.assignment() != null && status.outcome() == null;
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what).atMost(PATIENCE).until(condition);
  }

  private static void migrate(Cluster cluster) {
    Node source = cluster.bed().nodeA();
    Node target = cluster.bed().nodeB();
    cluster.installHooks();
    MigrationStory story = MigrationStory.begin(cluster, "db", source);
    // The emulated guest takes its time from everybody.
    story.vmi().annotate("conntracksync.io/hook-deadline", "5s");
    story.migrate("db-move", source, target, MigrationOptions.fast());
    Awaitility.await("the sync has ended")
        .atMost(PATIENCE)
        .until(
            () ->
                cluster
                    .sync("db-move")
                    .filter(sync -> sync.getStatus().phase() == Phase.COMPLETED)
                    .isPresent());
    story.end(target);
  }

  /** What there is now and was not before, but for the VM's own objects. */
  private static Set<String> left(Inventory inventory, Set<String> before) {
    Set<String> left = new TreeSet<>(inventory.now());
    left.removeAll(before);
    left.removeIf(
        object -> object.startsWith("VirtualMachineInstance") || object.startsWith("Pod shop/"));
    return left;
  }
}
