package io.conntracksync.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.Product;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What the hook costs by itself, with the real agent and the answer ready: its runs beside those of
 * a program that does nothing, on the node. The distribution is reported in {@code
 * target/reports/hook.json}; how long things take on this machine is not asserted.
 */
final class HookOverheadRootIT {
  private static final int RUNS = 200;

  /** The domain for which the measuring program asks. */
  private static final String DOMAIN = "shop_db";

  private static final String ANSWERED =
      "conntracksync_hook_waited_seconds_count{outcome=\"imported\"}";

  @Test
  void theHooksOwnTimeIsMeasuredWithTheAgentsAnswerReady() throws IOException {
    Build build = Build.ofThisCheckout();
    Path report = Path.of("target/reports/hook.json").toAbsolutePath();
    Files.createDirectories(report.getParent());
    try (Cluster cluster = Cluster.up(build, Path.of("target/hook-overhead").toAbsolutePath());
        Product product = Product.installIn(cluster)) {
      Node source = cluster.bed().nodeA();
      Node target = cluster.bed().nodeB();
      importSync(cluster, source, target);

      Path tools = build.root().resolve("hook-native/build");
      target
          .command(
              tools.resolve("overhead").toString(),
              build.hook().toString(),
              tools.resolve("peer").toString(),
              Integer.toString(RUNS),
              report.toString())
          .run();

      JsonNode measured = new ObjectMapper().readTree(report.toFile());
      assertThat(measured.at("/runs").asInt()).isEqualTo(RUNS);
      for (String series : List.of("peer", "other", "answered")) {
        assertThat(measured.at("/" + series + "/median").asDouble()).as(series).isPositive();
      }
      assertThat(measured.at("/ownMedian/answered").isNumber()).isTrue();
      assertThat(product.agentOf(target).metric(ANSWERED))
          .as("hooks that this agent told that the entries are imported")
          .isPositive();
    }
  }

  private static void importSync(Cluster cluster, Node source, Node target) {
    ConntrackSync sync = new ConntrackSync();
    sync.setMetadata(
        new ObjectMetaBuilder().withNamespace(Cluster.NAMESPACE).withName("measured").build());
    sync.setSpec(
        new ConntrackSyncSpec(
            "db",
            null,
            source.name(),
            target.name(),
            null,
            null,
            List.of("10.30.0.100"),
            DOMAIN,
            null,
            null,
            null,
            null,
            null));
    cluster.controlPlane().admin().resource(sync).create();
    Awaitility.await("the sync is imported")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                cluster
                    .sync("measured")
                    .map(ConntrackSync::getStatus)
                    .filter(status -> status.phase() == Phase.IMPORTED)
                    .isPresent());
  }
}
