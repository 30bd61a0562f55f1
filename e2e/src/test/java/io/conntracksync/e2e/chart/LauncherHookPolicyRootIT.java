package io.conntracksync.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.Place;
import io.conntracksync.e2e.product.Build;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Launcher pods that come with the hook, by the real API server and the policy as the chart ships
 * it, in a namespace that enforces Pod Security {@code restricted}.
 */
class LauncherHookPolicyRootIT {
  private static final Path WORK = Path.of("target/chart-launcher-hook");
  private static final String NAMESPACE = "shop";
  private static final String POLICY = "conntracksync-launcher-hook";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** As virt-controller makes them, as far as it matters here; compute is not the first. */
  private static final String LAUNCHER =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        generateName: virt-launcher-db-
        namespace: shop
        labels: {kubevirt.io: virt-launcher}
      spec:
        automountServiceAccountToken: false
        securityContext: {runAsNonRoot: true, runAsUser: 107, fsGroup: 107, seccompProfile: {type: RuntimeDefault}}
        initContainers:
          - name: container-disk-binary
            image: virt-launcher:v1
            resources: {requests: {cpu: 1m, memory: 1Mi}, limits: {cpu: 1m, memory: 1Mi}}
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        containers:
          - name: hook-sidecar-0
            image: sidecar:v1
            resources: {requests: {cpu: 1m, memory: 1Mi}, limits: {cpu: 1m, memory: 1Mi}}
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          - name: compute
            image: virt-launcher:v1
            env: [{name: XDG_CACHE_HOME, value: /var/run/kubevirt-private}]
            resources: {requests: {cpu: "2", memory: 1Gi}, limits: {cpu: "2", memory: 1Gi}}
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
            volumeMounts: [{name: sockets, mountPath: /var/run/kubevirt/sockets}]
        volumes: [{name: sockets, emptyDir: {}}]
      """;

  private static ControlPlane controlPlane;
  private static KubernetesClient admin;
  private static Chart chart;

  @BeforeAll
  static void start() {
    chart = Chart.ofCheckout(Build.ofThisCheckout().root(), WORK.resolve("archive"));
    controlPlane = ControlPlane.start(WORK.resolve("control-plane"), Place.loopback());
    admin = controlPlane.admin();
    admin
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    install();
  }

  @AfterAll
  static void stop() {
    controlPlane.close();
  }

  @Test
  void offByDefault() {
    assertThat(policy()).isEmpty();
    assertThat(policy("--set", "launcherHook.gate.enabled=true")).isEmpty();
    assertThat(policy("--set", "launcherHook.enabled=true")).hasSize(2);
  }

  @Test
  void aLauncherComesWithTheHook() {
    install();
    Pod pod = create(launcher());
    PodSpec spec = pod.getSpec();

    assertThat(names(spec.getInitContainers()))
        .containsExactly("container-disk-binary", "conntracksync-hook");
    Container bringing = spec.getInitContainers().get(1);
    assertThat(bringing.getImage()).startsWith("conntracksync/node-agent:");
    assertThat(bringing.getCommand())
        .containsExactly(
            "/usr/libexec/conntracksync/conntracksync-install",
            "/usr/libexec/conntracksync/conntracksync-hook",
            "/hook/50-conntracksync");
    assertThat(mounts(bringing)).containsExactly("conntracksync-hook at /hook");
    assertThat(mounts(container(spec, "compute")))
        .containsExactly(
            "sockets at /var/run/kubevirt/sockets",
            "conntracksync-hook at /etc/libvirt/hooks/qemu.d, read-only");
    assertThat(container(spec, "hook-sidecar-0").getVolumeMounts()).isEmpty();
    assertThat(spec.getVolumes())
        .extracting(Volume::getName)
        .containsExactly("sockets", "conntracksync-hook");
    assertThat(spec.getVolumes().get(1).getEmptyDir()).isNotNull();
    assertThat(container(spec, "compute").getEnv()).hasSize(1);
  }

  /** Guests with processors of their own need that class. */
  @Test
  void aPodOfClassGuaranteedStaysOne() {
    install();

    assertThat(create(launcher()).getStatus().getQosClass()).isEqualTo("Guaranteed");
  }

  @Test
  void twiceIsOnce() {
    install();
    PodSpec once = create(launcher()).getSpec();
    Pod again = new PodBuilder(launcher()).withSpec(once).build();

    assertThat(create(again).getSpec()).isEqualTo(once);
  }

  @Test
  void aLauncherThatHasNoneOfTheListsGetsThem() {
    install();
    Pod bare = launcher();
    bare.getSpec().setInitContainers(List.of());
    bare.getSpec().setVolumes(List.of());
    bare.getSpec().getContainers().forEach(container -> container.setVolumeMounts(List.of()));

    PodSpec spec = create(bare).getSpec();

    assertThat(names(spec.getInitContainers())).containsExactly("conntracksync-hook");
    assertThat(mounts(container(spec, "compute"))).hasSize(1);
  }

  @Test
  void otherPodsAreLeftAlone() {
    install();
    Pod other = launcher();
    other.getMetadata().setLabels(Map.of("kubevirt.io", "virt-handler"));
    Pod withoutLibvirt = launcher();
    withoutLibvirt.getSpec().getContainers().remove(1);

    for (Pod pod : List.of(other, withoutLibvirt)) {
      PodSpec spec = create(pod).getSpec();
      assertThat(names(spec.getInitContainers())).containsExactly("container-disk-binary");
      assertThat(spec.getVolumes()).hasSize(1);
    }
  }

  @Test
  void aFaultOfThePolicyKeepsNoVmFromStarting() {
    assertThat(policy("--set", "launcherHook.enabled=true").get(0))
        .extracting("additionalProperties.spec.failurePolicy")
        .isEqualTo("Ignore");
  }

  @Test
  void theGateComesBeforeTheLineThatNamesIt() {
    install("--set", "launcherHook.gate.enabled=true");
    PodSpec spec = create(launcher()).getSpec();

    assertThat(names(spec.getInitContainers()))
        .containsExactly(
            "container-disk-binary",
            "conntracksync-hook",
            "conntracksync-gate",
            "conntracksync-gate-line");
    Container line = spec.getInitContainers().get(3);
    assertThat(line.getImage()).isEqualTo("virt-launcher:v1");
    assertThat(line.getCommand().get(2))
        .isEqualTo(
            "{ cat /etc/libvirt/qemu.conf; echo; echo 'lock_manager = \"conntracksync-gate\"'; }"
                + " > /gate/qemu.conf");
    Container compute = container(spec, "compute");
    assertThat(mounts(compute))
        .containsExactly(
            "sockets at /var/run/kubevirt/sockets",
            "conntracksync-hook at /etc/libvirt/hooks/qemu.d, read-only",
            "conntracksync-gate at /usr/libexec/conntracksync, read-only",
            "conntracksync-gate at /etc/libvirt/qemu.conf, read-only");
    assertThat(compute.getEnv().get(1).getName()).isEqualTo("LIBVIRT_LOCK_MANAGER_PLUGIN_DIR");
    assertThat(compute.getEnv().get(1).getValue()).isEqualTo("/usr/libexec/conntracksync");
    Pod again = new PodBuilder(launcher()).withSpec(spec).build();
    assertThat(create(again).getSpec()).isEqualTo(spec);
  }

  private static List<HasMetadata> policy(String... flags) {
    return chart.objects(flags).stream()
        .filter(object -> object.getKind().startsWith("MutatingAdmissionPolicy"))
        .toList();
  }

  /** With these further flags, in force when it returns: as each is, pods say. */
  private static void install(String... flags) {
    String[] all =
        Stream.concat(Stream.of("--set", "launcherHook.enabled=true"), Stream.of(flags))
            .toArray(String[]::new);
    policy(all).forEach(object -> admin.resource(object).serverSideApply());
    int wanted = flags.length == 0 ? 2 : 4;
    Awaitility.await("the policy " + POLICY + " is in force")
        .atMost(PATIENCE)
        .until(() -> create(launcher()).getSpec().getInitContainers().size() == wanted);
  }

  private static Pod launcher() {
    return new KubernetesSerialization().unmarshal(LAUNCHER, Pod.class);
  }

  /** As the API server would keep it. */
  private static Pod create(Pod pod) {
    return admin.resource(pod).dryRun().create();
  }

  private static Container container(PodSpec spec, String name) {
    return spec.getContainers().stream()
        .filter(container -> container.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(List<Container> containers) {
    return containers.stream().map(Container::getName).toList();
  }

  private static List<String> mounts(Container container) {
    return container.getVolumeMounts().stream()
        .map(
            mount ->
                mount.getName()
                    + " at "
                    + mount.getMountPath()
                    + (Boolean.TRUE.equals(mount.getReadOnly()) ? ", read-only" : ""))
        .toList();
  }
}
