package io.conntracksync.e2e.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.SwitchoverOutcome;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.MigrationResult;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.MigrationStory;
import io.conntracksync.e2e.cluster.Product;
import io.conntracksync.e2e.kubevirt.PlayedMigration;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.SharedImages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The table of a VM that changes all the time while the VM migrates: what the target has in the end
 * is what the source had at the pause.
 */
final class ChurnRootIT {
  private static final Path WORK = Path.of("target/switchover-churn").toAbsolutePath();
  private static final String NAME = "churned";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int WANTED_PER_SECOND = 2000;

  /** More than is wanted: the emulated VM may not keep up. */
  private static final int ASKED_PER_SECOND = 2600;

  /** So slow that entries can be deleted while memory is copied, and long before the pause. */
  private static final MigrationOptions SLOW = MigrationOptions.withBandwidth(6);

  private static final Duration DELETING_WHILE_COPYING = Duration.ofSeconds(3);

  private static Cluster cluster;
  private static Product product;

  @BeforeAll
  static void installTheProduct() {
    Build build = Build.ofThisCheckout();
    cluster =
        Cluster.up(
            SharedImages.ofThisCheckout(), WORK, Cluster.stockBed(build).withGate(build.gate()));
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
  void theTargetHasWhatTheSourceHadAtThePause() throws Exception {
    Node source = cluster.bed().nodeA();
    Node target = cluster.bed().nodeB();
    MigrationStory story = MigrationStory.begin(cluster, NAME, source);
    story.vmi().annotate("conntracksync.io/switchover-deadline", "1s");
    story.vmi().annotate("conntracksync.io/hook-deadline", "5s");
    String address = story.vm().addresses().v4();
    VmChurn churn = new VmChurn(cluster.bed(), story.vm());
    churn.prepare(source, target);
    churn.start(ASKED_PER_SECOND);
    // The connections of the boot and of the order are about to run out: they are not compared.
    for (String each : story.vm().addresses().both()) {
      source.command("conntrack", "-D", "-p", "tcp", "-d", each).tryRun();
    }
    EntryDump dump = EntryDump.withNamesIn(WORK);
    StandingEntries standing = new StandingEntries(dump, source, story.vm().addresses());
    int standingCount = standing.make();

    Instant begin = Instant.now();
    try (ChurnEvents events = ChurnEvents.listen(source, address, WORK.resolve("events.log"))) {
      PlayedMigration played = story.vmi().createMigration(NAME, target.name());
      played.prepare();
      await("imported", status -> status.phase() == Phase.IMPORTED);
      Instant imported = Instant.now();
      played.running();
      CompletableFuture<MigrationResult> migration =
          CompletableFuture.supplyAsync(() -> story.vm().migrate(source, target, SLOW));
      Instant lastDeletion = change(source, target, address, standing);
      migration.get(SLOW.patience().toSeconds(), TimeUnit.SECONDS).orThrow();
      Instant stopped = source.lastCpuStop().orElseThrow();
      played.targetDomainDetected();
      played.targetDomainReady();
      played.succeeded();
      await("completed", status -> status.phase() == Phase.COMPLETED);
      List<ChurnEvents.Change> changes = events.end();

      SortedSet<String> there = dump.of(source, story.vm().addresses());
      SortedSet<String> here = dump.of(target, story.vm().addresses());
      report(changes, begin, imported, stopped, there.size());
      assertThat(status().source().switchover().outcome()).isEqualTo(SwitchoverOutcome.DRAINED);
      assertThat(lastDeletion)
          .as("nothing but the VM changes entries at the end")
          .isBefore(stopped);
      assertThat(here).containsExactlyElementsOf(there);
      assertThat(there)
          .hasSize(standingCount - StandingEntries.MANY + VmChurn.FLOWS)
          .noneMatch(StandingEntries::isDeleted)
          .anyMatch(entry -> entry.contains("labels=") && entry.contains("dport=50000 "));
    } finally {
      cluster.bed().nodes().forEach(story::end);
    }
  }

  /** Until some time after the copy of memory began; returns when the last one was done. */
  private static Instant change(
      Node source, Node target, String address, StandingEntries standing) {
    Instant end = Instant.MAX;
    for (int i = 0; Instant.now().isBefore(end); i++) {
      VmChurn.deleteSome(source, address, i % 64);
      standing.change(i + 1);
      if (i == 1) {
        standing.delete();
      }
      if (end.equals(Instant.MAX)
          && target.events().seen().stream().anyMatch(event -> event.isLifecycle("Started"))) {
        end = Instant.now().plus(DELETING_WHILE_COPYING);
      }
    }
    return Instant.now();
  }

  private static void report(
      List<ChurnEvents.Change> changes,
      Instant begin,
      Instant imported,
      Instant stopped,
      int entries)
      throws IOException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("unit", "changes of the VM's entries on the source, by conntrack -E");
    report.put("wantedPerSecond", WANTED_PER_SECOND);
    report.put("perSecond", Math.round(ChurnEvents.rate(changes, begin, stopped)));
    report.put("perSecondAfterTheImport", Math.round(ChurnEvents.rate(changes, imported, stopped)));
    report.put(
        "perSecondInTheLastSecond",
        Math.round(ChurnEvents.rate(changes, stopped.minusSeconds(1), stopped)));
    for (String kind : List.of("NEW", "UPDATE", "DESTROY")) {
      report.put(kind, changes.stream().filter(change -> change.kind().equals(kind)).count());
    }
    report.put("afterThePause", changes.stream().filter(c -> c.at().isAfter(stopped)).count());
    report.put("entriesCompared", entries);
    report.put("switchover", status().source().switchover());
    Reports.write("switchover-churn", report);
  }

  private static void await(String what, Predicate<ConntrackSyncStatus> condition) {
    Awaitility.await("the sync is " + what)
        .atMost(PATIENCE)
        .until(
            () ->
                cluster
                    .sync(NAME)
                    .filter(sync -> sync.getStatus() != null && condition.test(sync.getStatus()))
                    .isPresent());
  }

  private static ConntrackSyncStatus status() {
    return cluster.sync(NAME).orElseThrow().getStatus();
  }
}
