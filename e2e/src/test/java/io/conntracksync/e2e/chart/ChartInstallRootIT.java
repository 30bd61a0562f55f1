package io.conntracksync.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.Place;
import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.product.Build;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart on a real API server, from its installation to its end. There is no kubelet, so pods
 * are checked but do not run.
 */
class ChartInstallRootIT {
  private static final Path WORK = Path.of("target/chart-install");
  private static final String SYSTEM = ControlPlane.SYSTEM_NAMESPACE;
  private static final String STRICT = "strict";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static ControlPlane controlPlane;
  private static KubernetesClient client;
  private static Chart chart;
  private static Installation installation;
  private static Inventory inventory;
  private static Set<String> before;

  @BeforeAll
  static void start() {
    Path root = Build.ofThisCheckout().root();
    chart = Chart.ofCheckout(root, WORK.resolve("archive"));
    controlPlane = ControlPlane.start(WORK.resolve("control-plane"), Place.loopback());
    client = controlPlane.admin();
    client.resource(namespace(SYSTEM, Map.of())).create();
    controlPlane.installMonitoringApi();
    installation = new Installation(chart, controlPlane);
    inventory = new Inventory(controlPlane);
    before = inventory.now();
  }

  @AfterAll
  static void stop() {
    controlPlane.close();
  }

  /** Whatever a test kept or did not come to remove. */
  @AfterEach
  void clear() {
    if (isInstalled()) {
      installation.uninstall();
    }
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withLabel("app.kubernetes.io/name", "conntracksync")
        .delete();
    awaitLeft(Set.of());
  }

  @Test
  void itIsInstalledUpgradedAndRolledBack() {
    installation.install();
    assertThat(deployment().getSpec().getReplicas()).isEqualTo(2);
    assertThat(agentsCapabilities()).contains("BPF", "SYS_ADMIN");

    installation.upgrade(
        "--set", "operator.replicas=3,agent.backend=netfilter,agent.launcherPods.enabled=false");
    assertThat(deployment().getSpec().getReplicas()).isEqualTo(3);
    assertThat(agentsCapabilities()).containsExactly("NET_ADMIN");

    installation.rollback(1);
    assertThat(deployment().getSpec().getReplicas()).isEqualTo(2);
    assertThat(agentsCapabilities()).contains("BPF", "SYS_ADMIN");
    assertThat(installation.history().lines().skip(1)).hasSize(3);
  }

  @Test
  void anUninstallationKeepsTheDefinitionsAndWhatIsOfThem() {
    installation.install();
    createSync();

    installation.uninstall();

    awaitLeft(
        Set.of(
            "APIService /v1alpha1.conntracksync.io",
            "CustomResourceDefinition /conntracknodes.conntracksync.io",
            "CustomResourceDefinition /conntracksyncs.conntracksync.io",
            "ConntrackSync default/kept"));
    // The next installation takes them over.
    installation.install();
    assertThat(sync()).isNotNull();
  }

  @Test
  void withoutKeepNothingIsLeft() {
    installation.install("--set", "crds.keep=false");
    createSync();

    installation.uninstall();

    awaitLeft(Set.of());
  }

  @Test
  void nothingIsLeftOfMonitoringEither() {
    installation.install("--values", most(), "--set", "crds.enabled=true,crds.keep=false");
    assertThat(left()).contains("PodMonitor " + SYSTEM + "/conntracksync-agent");

    installation.uninstall();

    awaitLeft(Set.of());
  }

  @Test
  void theNextThreeCommandsAreCommands() {
    List<String> commands =
        installation
            .install()
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("kubectl "))
            .toList();

    assertThat(commands).hasSize(3);
    // The others wait for pods and for migrations.
    assertThat(kubectl(commands.get(1).replaceFirst("kubectl ", "").split(" ", -1)).run())
        .isNotNull();
  }

  /** As kubectl asks it to, so that an unknown field is an error. */
  @Test
  void everyObjectIsTakenByTheApiServer(@TempDir Path folder) throws IOException {
    for (List<String> flags : List.of(List.<String>of(), List.of("--values", most()))) {
      String manifest = chart.template(flags.toArray(String[]::new)).run();
      Path file = Files.writeString(folder.resolve("manifest.yaml"), manifest);

      String taken =
          kubectl(
                  "apply",
                  "--server-side",
                  "--dry-run=server",
                  "--validate=strict",
                  "--namespace=" + SYSTEM,
                  "--filename=" + file)
              .run();

      assertThat(taken.lines()).hasSameSizeAs(Chart.objects(manifest));
    }
  }

  /** As docs/operations.md has it for programs that run without the chart. */
  @Test
  void apiAndRightsCanBeHadAlone() throws IOException {
    String guide = Files.readString(Path.of("../docs/operations.md"));
    String[] shown =
        Pattern.compile("-s templates/\\S+")
            .matcher(guide)
            .results()
            .flatMap(found -> Stream.of(found.group().split(" ", -1)))
            .toArray(String[]::new);

    assertThat(chart.objects(shown))
        .extracting(HasMetadata::getKind)
        .contains("CustomResourceDefinition", "ClusterRole", "Role", "ValidatingAdmissionPolicy")
        .doesNotContain("Deployment", "DaemonSet");
  }

  @Test
  void theOperatorKeepsToTheStrictestPodSecurity() {
    Map<String, String> restricted = Map.of("pod-security.kubernetes.io/enforce", "restricted");
    client.resource(namespace(STRICT, restricted)).create();
    try {
      assertThat(client.resource(pod(template(Deployment.class))).dryRun().create()).isNotNull();
      // The agent cannot, and the API server says so: it does look.
      assertThatThrownBy(() -> client.resource(pod(template(DaemonSet.class))).dryRun().create())
          .hasMessageContaining("violates PodSecurity \"restricted")
          .hasMessageContaining("host namespaces");
    } finally {
      client.namespaces().withName(STRICT).delete();
      Awaitility.await("the strict namespace is gone")
          .atMost(PATIENCE)
          .until(() -> client.namespaces().withName(STRICT).get() == null);
    }
  }

  private static PodTemplateSpec template(Class<? extends HasMetadata> kind) {
    HasMetadata object =
        chart.objects().stream().filter(kind::isInstance).findFirst().orElseThrow();
    return object instanceof Deployment deployment
        ? deployment.getSpec().getTemplate()
        : ((DaemonSet) object).getSpec().getTemplate();
  }

  private static Pod pod(PodTemplateSpec template) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(STRICT)
        .withName("pod")
        .endMetadata()
        .withSpec(template.getSpec())
        .build();
  }

  private static io.fabric8.kubernetes.api.model.Namespace namespace(
      String name, Map<String, String> labels) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .build();
  }

  private static Deployment deployment() {
    return client.apps().deployments().inNamespace(SYSTEM).withName("conntracksync-operator").get();
  }

  private static List<String> agentsCapabilities() {
    DaemonSet agents =
        client.apps().daemonSets().inNamespace(SYSTEM).withName("conntracksync-agent").get();
    return agents
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .get(0)
        .getSecurityContext()
        .getCapabilities()
        .getAdd();
  }

  private static void createSync() {
    kubectl("create", "--filename=-")
        .reading(
            """
            apiVersion: conntracksync.io/v1alpha1
            kind: ConntrackSync
            metadata: {name: kept, namespace: default}
            spec: {virtualMachineInstance: vm, sourceNode: a, targetNode: b, addresses: [10.0.0.1]}
            """)
        .run();
  }

  private static ConntrackSync sync() {
    return client.resources(ConntrackSync.class).inNamespace("default").withName("kept").get();
  }

  private static boolean isInstalled() {
    return !client
        .secrets()
        .inNamespace(SYSTEM)
        .withLabel("owner", "helm")
        .list()
        .getItems()
        .isEmpty();
  }

  private static String most() {
    return "src/test/resources/chart/rendered/most/in-values.yaml";
  }

  private static Set<String> left() {
    Set<String> left = new TreeSet<>(inventory.now());
    left.removeAll(before);
    return left;
  }

  private static void awaitLeft(Set<String> expected) {
    Awaitility.await("nothing else is left of the installation")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(left()).isEqualTo(expected));
  }

  private static Command kubectl(String... words) {
    return controlPlane.adminKubectl(words);
  }
}
