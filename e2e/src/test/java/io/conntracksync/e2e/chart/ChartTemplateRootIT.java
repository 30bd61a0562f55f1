package io.conntracksync.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.product.Build;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real helm makes of the chart and its values. */
class ChartTemplateRootIT {
  private static final Path ROOT = Build.ofThisCheckout().root();

  @TempDir private static Path folder;
  private static Chart chart;

  @BeforeAll
  static void pack() {
    chart = Chart.ofCheckout(ROOT, folder);
  }

  static Stream<ChartCase> rendered() {
    return ChartCase.rendered();
  }

  static Stream<ChartCase> refused() {
    return ChartCase.refused();
  }

  @Test
  void helmFindsNothingToSay() {
    String said = Chart.helm("lint", "--strict", chart.archive().toString()).run();

    assertThat(said).contains("1 chart(s) linted, 0 chart(s) failed").doesNotContain("[WARNING]");
  }

  @ParameterizedTest
  @MethodSource
  void rendered(ChartCase example) throws IOException {
    example.assertManifest(chart.template("--values", example.values()).run());
  }

  @ParameterizedTest
  @MethodSource
  void refused(ChartCase example) throws IOException {
    Command.Finished finished = chart.template("--values", example.values()).tryRun();

    assertThat(finished.exitCode()).isNotZero();
    example.assertError(finished.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.31.0", "1.31.4-gke.100", "1.36.3"})
  void itIsForKubernetesFrom131On(String version) {
    assertThat(chart.template("--kube-version", version).tryRun().exitCode()).isZero();
  }

  @Test
  void olderKubernetesIsRefused() {
    assertThat(chart.template("--kube-version", "1.30.9").tryRun().output())
        .contains("chart requires kubeVersion: >=1.31.0-0 which is incompatible")
        .contains("v1.30.9");
  }

  @Test
  void podsComeWithTheHookFromKubernetes136On() {
    String[] wanted = {"--set", "launcherHook.enabled=true", "--kube-version", "1.35.9"};

    assertThat(chart.template(wanted).tryRun().output())
        .contains("launcherHook.enabled needs Kubernetes 1.36 or later", "this is v1.35.9");
  }

  @Test
  void theDefinitionsAreThoseOfTheApi() throws IOException {
    List<HasMetadata> definitions =
        chart.objects().stream().filter(CustomResourceDefinition.class::isInstance).toList();

    assertThat(definitions).hasSize(2);
    for (HasMetadata definition : definitions) {
      assertThat(definition.getMetadata().getAnnotations())
          .isEqualTo(Map.of("helm.sh/resource-policy", "keep"));
      definition.getMetadata().setAnnotations(Map.of());
      definition.getMetadata().setLabels(Map.of());
      String plural = ((CustomResourceDefinition) definition).getSpec().getNames().getPlural();
      Path truth = ROOT.resolve("crds/src/main/resources/crds/" + plural + ".yaml");
      assertThat(definition)
          .as("the definition in the chart and %s", truth)
          .isEqualTo(
              new KubernetesSerialization()
                  .unmarshal(Files.readString(truth), CustomResourceDefinition.class));
    }
  }

  @Test
  void definitionsAreKeptOrLeftOutAsTheValuesSay() {
    assertThat(chart.objects("--set", "crds.keep=false"))
        .filteredOn(CustomResourceDefinition.class::isInstance)
        .hasSize(2)
        .allSatisfy(
            definition -> assertThat(definition.getMetadata().getAnnotations()).isNullOrEmpty());
    assertThat(chart.objects("--set", "crds.enabled=false"))
        .noneMatch(CustomResourceDefinition.class::isInstance);
  }

  /** Both programs say their version; chart and images come from one build. */
  @Test
  void theChartHasTheVersionOfTheBuild() throws IOException {
    String version = "<version>([^<]+)</version>";
    String build =
        Files.readAllLines(ROOT.resolve("pom.xml")).stream()
            .filter(line -> line.matches(" *" + version))
            .map(line -> line.strip().replaceFirst(version, "$1"))
            .findFirst()
            .orElseThrow();

    assertThat(Chart.helm("show", "chart", chart.archive().toString()).run().lines())
        .contains("version: " + build, "appVersion: " + build);
  }

  @Test
  void thereIsOneInstallationOfFixedNames() {
    List<String> names = new ArrayList<>();
    chart.objects().forEach(object -> names.add(object.getMetadata().getName()));

    assertThat(names)
        .allMatch(name -> name.startsWith("conntracksync-") || name.endsWith(".conntracksync.io"));
  }
}
