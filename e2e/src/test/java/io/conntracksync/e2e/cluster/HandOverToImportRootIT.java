package io.conntracksync.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.SharedImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How long it takes from KubeVirt's hand-over until the entries are imported, for the first
 * migration after the start of operator and agents and for later ones. Reported to {@code
 * target/reports/hand-over.json}, not asserted: the machine is shared.
 */
final class HandOverToImportRootIT {
  private static final Path REPORT = Path.of("target/reports/hand-over.json");
  private static final Duration CONCLUSION = Duration.ofSeconds(30);

  private static Cluster cluster;
  private static Product product;

  /** One migration as it is reported; times are milliseconds after the hand-over. */
  record Migration(String name, Map<String, Long> millis, String hook, String waited) {}

  @BeforeAll
  static void installTheProduct() {
    cluster =
        Cluster.up(
            SharedImages.ofThisCheckout(),
            Path.of("target/hand-over"),
            Cluster.stockBed(Build.ofThisCheckout()));
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
  void theHookIsAnsweredInTheFirstMigrationAsInLaterOnes() throws IOException {
    Node a = cluster.bed().nodeA();
    Node b = cluster.bed().nodeB();
    MigrationStory story = MigrationStory.begin(cluster, "mover", a);
    List<Migration> migrations = new ArrayList<>();
    try {
      migrations.add(migrate(story, "first", a, b));
      migrations.add(migrate(story, "second", b, a));
      migrations.add(migrate(story, "third", a, b));
    } finally {
      report(migrations);
      story.end(b);
    }

    assertThat(migrations).extracting(Migration::hook).doesNotContain("none");
  }

  @Test
  void nothingOfARehearsalIsLeftOnTheApiServer() {
    assertThat(
            cluster
                .controlPlane()
                .admin()
                .resources(ConntrackSync.class)
                .inAnyNamespace()
                .list()
                .getItems())
        .extracting(sync -> sync.getMetadata().getName())
        .isSubsetOf("first", "second", "third");
  }

  private static Migration migrate(MigrationStory story, String name, Node source, Node target) {
    try (HandOver seen = HandOver.watch(cluster.controlPlane().admin(), name)) {
      story.migrate(name, source, target, MigrationOptions.fast()).orThrow();
      Awaitility.await("sync " + name + " is completed and its hook known")
          .atMost(CONCLUSION)
          .until(() -> status(name).phase() == Phase.COMPLETED);
      ConntrackSyncStatus status = status(name);
      boolean asked = status.target() != null && status.target().hook() != null;
      return new Migration(
          name,
          seen.millis(),
          asked ? status.target().hook().outcome().name() : "none",
          asked ? status.target().hook().waited() : "none");
    }
  }

  private static ConntrackSyncStatus status(String sync) {
    return cluster.sync(sync).orElseThrow().getStatus();
  }

  private static void report(List<Migration> migrations) throws IOException {
    Files.createDirectories(REPORT.getParent());
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(REPORT.toFile(), migrations);
  }
}
