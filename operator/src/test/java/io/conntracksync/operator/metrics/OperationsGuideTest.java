package io.conntracksync.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.operator.Guide;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who looks at /metrics finds each name in the guide, as Prometheus writes it. */
class OperationsGuideTest {
  private static final String HEADING = "## Metrics of the operator";
  private static final String FRAMEWORK = "operator_sdk_*";

  @Test
  void everyMetricStandsInTheGuideAndNoOther() throws IOException {
    Set<String> inGuide = new TreeSet<>(Guide.section(Guide.OPERATIONS, HEADING).namesInColumn(0));
    inGuide.remove(FRAMEWORK);

    assertThat(inGuide).containsExactlyInAnyOrderElementsOf(scraped());
  }

  @Test
  void everyCauseOfALostWriteStandsInTheGuide() throws IOException {
    assertThat(Guide.section(Guide.OPERATIONS, HEADING).namesInColumn(1))
        .containsAll(
            Arrays.stream(OperatorMetrics.Write.values())
                .map(write -> write.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  private static Set<String> scraped() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    OperatorMetrics metrics = new OperatorMetrics(registry);
    metrics.portsInUse(() -> 0);
    metrics.created();
    metrics.assigned(Duration.ZERO);
    metrics.reassigned();
    metrics.ended("Completed", "MigrationSucceeded");
    metrics.noticed("NoAddress");
    metrics.lost(OperatorMetrics.Write.STALE);
    Set<String> names = new TreeSet<>();
    registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ", -1)[2])
        // Each timer brings the largest value of late as a series of its own.
        .filter(name -> !name.endsWith("_max"))
        .forEach(names::add);
    return names;
  }
}
