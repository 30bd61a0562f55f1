package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.Guide;
import io.conntracksync.node.gatekeeping.SocketFault;
import io.conntracksync.node.journal.JournalFault;
import io.conntracksync.node.kube.Role;
import io.conntracksync.node.pod.HookInstallation;
import io.conntracksync.node.transfer.TransferFault;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who looks at /metrics finds each name and label in the guide, as Prometheus writes them. */
class OperationsGuideTest {
  private static final String HEADING = "## Metrics of the agent";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @BeforeEach
  void register() {
    var unused = List.of(new SessionMeters(registry, 1), new FaultMeters(registry));
    LibvirtMeter.register(registry, () -> 1);
    new ApiMeters(registry).underWay(Role.SOURCE, () -> 0);
  }

  @Test
  void everyMetricStandsInTheGuideAndNoOther() throws IOException {
    Set<String> inGuide = new TreeSet<>(Guide.section(Guide.OPERATIONS, HEADING).namesInColumn(0));
    inGuide.removeIf(name -> !name.startsWith("conntracksync_"));

    assertThat(inGuide).isEqualTo(scraped());
  }

  @Test
  void everyMetricStandsInTheReadmeAndNoOther() throws IOException {
    assertThat(Guide.section(Path.of("README.md"), "## Metrics").namesInColumn(0))
        .isEqualTo(scraped());
  }

  @Test
  void everyLabelAndItsValuesStandInTheGuide() throws IOException {
    Set<String> labels = new TreeSet<>();
    registry
        .getMeters()
        .forEach(meter -> meter.getId().getTags().forEach(tag -> labels.addAll(words(tag))));

    assertThat(Guide.section(Guide.OPERATIONS, HEADING).names()).containsAll(labels);
  }

  @Test
  void everyFaultStandsInTheGuideAndNoOther() throws IOException {
    Set<String> inGuide = new TreeSet<>(Guide.section(Guide.OPERATIONS, HEADING).namesInColumn(0));
    inGuide.removeIf(name -> name.startsWith("conntracksync_"));

    assertThat(inGuide)
        .isEqualTo(
            Stream.of(SocketFault.values(), TransferFault.values(), JournalFault.values())
                .flatMap(Arrays::stream)
                .map(fault -> fault.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyReasonOfHookInstalledStandsInTheGuideAndNoOther() throws IOException {
    assertThat(Guide.section(Guide.OPERATIONS, "## The condition HookInstalled").namesInColumn(1))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(HookInstallation.values())
                .map(result -> result.finding("").reason())
                .toList());
  }

  /** Values of {@code reason} have a section of their own. */
  private static Set<String> words(Tag tag) {
    return tag.getKey().equals("reason") ? Set.of("reason") : Set.of(tag.getKey(), tag.getValue());
  }

  private Set<String> scraped() {
    return registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ", -1)[2])
        // Each timer brings the largest value of late as a series of its own.
        .filter(name -> !name.endsWith("_max"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
