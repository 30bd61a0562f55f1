package io.conntracksync.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The chart asks for no more than the oldest Kubernetes that it admits has: kinds, and what may be
 * said in rules. Whether older fields are understood the oldest API server says that there is, see
 * {@link OldestLevelRootIT}.
 */
class LevelsTest {
  private static final Path CHART = Path.of("../helm/conntracksync");

  /** Since when each kind is served in that version, by default: the minor of 1.x. */
  private static final Map<String, Integer> SINCE =
      Map.ofEntries(
          Map.entry("v1 ConfigMap", 0),
          Map.entry("v1 ServiceAccount", 0),
          Map.entry("apps/v1 DaemonSet", 9),
          Map.entry("apps/v1 Deployment", 9),
          Map.entry("rbac.authorization.k8s.io/v1 ClusterRole", 8),
          Map.entry("rbac.authorization.k8s.io/v1 ClusterRoleBinding", 8),
          Map.entry("rbac.authorization.k8s.io/v1 Role", 8),
          Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", 8),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", 7),
          Map.entry("coordination.k8s.io/v1 Lease", 14),
          Map.entry("apiextensions.k8s.io/v1 CustomResourceDefinition", 16),
          Map.entry("policy/v1 PodDisruptionBudget", 21),
          Map.entry("admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy", 30),
          Map.entry("admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding", 30));

  /** Not Kubernetes' own, or only where it is asked for. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "PodMonitor",
          "PrometheusRule",
          "MutatingAdmissionPolicy",
          "MutatingAdmissionPolicyBinding");

  /** What CEL learned after 1.31: formats (1.32), versions and comprehensions of pairs (1.33). */
  private static final Pattern NEWER_CEL =
      Pattern.compile(
          "format\\.(?:named|dns|uuid|qualified|label)|[sS]emver\\(|\\.transform(?:List|Map)");

  @Test
  void everyKindIsAsOldAsTheOldestKubernetes() throws IOException {
    Map<String, Integer> newer = new TreeMap<>();
    Set<String> unknown = new TreeSet<>();
    for (String kind : kinds()) {
      Integer since = SINCE.get(kind);
      if (since == null) {
        unknown.add(kind);
      } else if (since > oldest()) {
        newer.put(kind, since);
      }
    }

    assertThat(unknown).as("kinds of which this test does not know since when they are").isEmpty();
    assertThat(newer).as("kinds that are newer than 1.%d", oldest()).isEmpty();
  }

  @Test
  void rulesSayNothingThatTheOldestKubernetesDoesNotUnderstand() throws IOException {
    for (Path file : files()) {
      assertThat(NEWER_CEL.matcher(Files.readString(file)).results().toList())
          .as(file.toString())
          .isEmpty();
    }
  }

  private static Set<String> kinds() throws IOException {
    Pattern kind = Pattern.compile("(?m)^apiVersion: (\\S+)\\nkind: (\\S+)$");
    Set<String> kinds = new TreeSet<>();
    for (Path file : files()) {
      kind.matcher(Files.readString(file))
          .results()
          .filter(found -> !OPTIONAL.contains(found.group(2)))
          .forEach(found -> kinds.add(found.group(1) + " " + found.group(2)));
    }
    assertThat(kinds).contains("apps/v1 DaemonSet");
    return kinds;
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(CHART, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.startsWith(CHART.resolve("monitoring")))
          .filter(file -> !file.getFileName().toString().matches("(values|Chart)\\.yaml"))
          .toList();
    }
  }

  /** As the chart itself says. */
  private static int oldest() throws IOException {
    var version =
        Pattern.compile("kubeVersion: \">=1\\.(\\d+)\\.0-0\"")
            .matcher(Files.readString(CHART.resolve("Chart.yaml")));
    assertThat(version.find()).as("kubeVersion of the chart").isTrue();
    return Integer.parseInt(version.group(1));
  }
}
