package io.conntracksync.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.Place;
import io.conntracksync.e2e.kubevirt.KubeVirtActor;
import io.conntracksync.e2e.kubevirt.PlayedMigration;
import io.conntracksync.e2e.kubevirt.PlayedVmi;
import io.conntracksync.e2e.kubevirt.Recording;
import io.conntracksync.e2e.kubevirt.RecordingReplay;
import io.conntracksync.e2e.process.FreePort;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.OperatorProcess;
import io.conntracksync.e2e.product.SharedImages;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the mock server cannot show: server-side apply, leases, real CRDs, deletion. */
final class OperatorOnApiServerRootIT {
  private static final String NAMESPACE = "operator-test";
  private static final String ACCOUNT = "conntracksync-operator";
  private static final Path WORK = Path.of("target/operator-on-api-server");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String V4 = "10.42.7.9";

  private static ControlPlane controlPlane;
  private static KubernetesClient client;
  private static OperatorProcess shared;

  @BeforeAll
  static void start() {
    controlPlane = ControlPlane.start(WORK.resolve("control-plane"), Place.loopback());
    client = controlPlane.admin();
    controlPlane.installApi();
    controlPlane.installRights(
        Chart.ofCheckout(Build.ofThisCheckout().root(), WORK.resolve("chart")));
    makeTheNamespace();
  }

  private static void makeTheNamespace() {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
  }

  @AfterAll
  static void stop() {
    if (shared != null) {
      shared.close();
    }
    controlPlane.close();
  }

  @BeforeEach
  void runTheOperator() {
    if (shared == null || !shared.isAlive()) {
      shared = startOperator("operator", "--leader-election=false");
    }
  }

  @Test
  void theRecordedMigrationsGetTheirSyncsAtTheHandOver() {
    new KubeVirtActor(client, Clock.systemUTC()).installApi();
    HandMadeAgent.ready(client, "nodea", Backend.NETFILTER);
    HandMadeAgent.ready(client, "nodeb", Backend.NETFILTER);
    RecordingReplay replay = new RecordingReplay(client, Recording.of("/kubevirt-recording.yaml"));
    Set<String> handedOver = new HashSet<>();
    try {
      replay.play(
          step -> {
            GenericKubernetesResource vmi = kubeVirt("VirtualMachineInstance", "web");
            String uid = vmi.get("status", "migrationState", "migrationUid");
            for (String name : List.of("web-mig", "web-mig2")) {
              GenericKubernetesResource vmim = kubeVirt("VirtualMachineInstanceMigration", name);
              if (vmim == null || handedOver.contains(name)) {
                continue;
              }
              if (!vmim.getMetadata().getUid().equals(uid)) {
                assertThat(sync("default", name).get()).as("step %d", step.number()).isNull();
                continue;
              }
              handedOver.add(name);
              assertDescribes(awaitAssigned("default", name), vmi, vmim);
            }
          });

      assertThat(handedOver).containsExactlyInAnyOrder("web-mig", "web-mig2");
      ConntrackSync done =
          await("default", "web-mig", "is completed", status -> status.phase() == Phase.COMPLETED);
      assertThat(done.getStatus().reason()).isEqualTo("EntriesNotImported");
      awaitEvent("default", "ConntrackSync", "web-mig", "PortAssigned");
      awaitEvent("default", "VirtualMachineInstanceMigration", "web-mig", "EntriesNotImported");
      awaitEvent("default", "VirtualMachineInstanceMigration", "web-mig2", "MigrationAborted");
      await("default", "web-mig2", "is cancelled", status -> status.phase() == Phase.CANCELLED);
      assertThat(kubeVirt("VirtualMachineInstanceMigration", "web-mig2"))
          .as("the sync has outlived it")
          .isNull();
    } finally {
      replay.delete();
    }
  }

  private static void assertDescribes(
      ConntrackSync sync, GenericKubernetesResource vmi, GenericKubernetesResource vmim) {
    ConntrackSyncSpec spec = sync.getSpec();
    assertThat(spec.virtualMachineInstance()).isEqualTo("web");
    assertThat(spec.addresses()).containsExactly("10.30.0.100");
    assertThat(spec.migration().name()).isEqualTo(vmim.getMetadata().getName());
    assertThat(spec.migration().uid()).isEqualTo(vmim.getMetadata().getUid());
    assertThat(spec.sourceNode()).isEqualTo(vmi.get("status", "migrationState", "sourceNode"));
    assertThat(spec.targetNode()).isEqualTo(vmi.get("status", "migrationState", "targetNode"));
    assertThat(spec.sourcePod().name()).isEqualTo(vmi.get("status", "migrationState", "sourcePod"));
    assertThat(spec.targetPod().name()).isEqualTo(vmi.get("status", "migrationState", "targetPod"));
    assertThat(spec.targetPod().uid())
        .isEqualTo(
            client
                .pods()
                .inNamespace("default")
                .withName(spec.targetPod().name())
                .get()
                .getMetadata()
                .getUid());
    assertThat(sync.getMetadata().getOwnerReferences()).isEmpty();
    assertThat(sync.getMetadata().getFinalizers()).isEmpty();
  }

  @Test
  void itWorksWithoutKubeVirtAndPicksItUpWhenItAppears() {
    shared.close();
    for (String plural : List.of("virtualmachineinstances", "virtualmachineinstancemigrations")) {
      client
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName(plural + ".kubevirt.io")
          .withTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .delete();
    }
    runTheOperator();
    HandMadeAgent source = HandMadeAgent.ready(client, "rack1", Backend.NETFILTER);
    HandMadeAgent target = HandMadeAgent.ready(client, "rack2", Backend.NETFILTER);
    create("by-hand", source.node(), target.node(), V4, "1h");
    awaitAssigned(NAMESPACE, "by-hand");

    KubeVirtActor kubeVirt = new KubeVirtActor(client, Clock.systemUTC());
    kubeVirt.installApi();
    PlayedVmi vmi = kubeVirt.runVmi(NAMESPACE, "db", "rack1", List.of(V4));
    PlayedMigration migration = vmi.createMigration("picked-up", "rack2");
    migration.prepare();

    assertThat(awaitAssigned(NAMESPACE, "picked-up").getSpec().migration().uid())
        .isEqualTo(migration.uid());
    migration.failed("end of the test");
    vmi.delete();
  }

  @Test
  void whenTheLeaderDiesTheOtherTakesOverAndKnowsWhichPortsAreGiven() {
    shared.close();
    HandMadeAgent source = HandMadeAgent.ready(client, "left", Backend.NETFILTER);
    HandMadeAgent target = HandMadeAgent.ready(client, "right", Backend.NETFILTER);
    try (OperatorProcess leader = startOperator("leader", "--leader-election=true")) {
      create("before", source.node(), target.node(), V4, "1h");
      int given = port(awaitAssigned(NAMESPACE, "before"));
      try (OperatorProcess other = startOperator("other", "--leader-election=true")) {
        leader.kill();
        create("after", source.node(), target.node(), V4, "1h");

        assertThat(port(awaitAssigned(NAMESPACE, "after"))).isNotEqualTo(given);
        assertThat(port(sync(NAMESPACE, "before").get())).isEqualTo(given);
        assertThat(other.metric("conntracksync_operator_ports_in_use")).isGreaterThanOrEqualTo(2);
      }
    }
  }

  @Test
  void aFinishedSyncIsDeletedAfterItsTime() {
    HandMadeAgent.bareNode(client, "ttl1");
    HandMadeAgent.bareNode(client, "ttl2");

    create("short-lived", "ttl1", "ttl2", V4, "1s");

    awaitEvent(NAMESPACE, "ConntrackSync", "short-lived", "AgentMissing");
    awaitGone(NAMESPACE, "short-lived");
  }

  @Test
  void aNamespaceGoesWithTheSyncsInItWhenNoOperatorIsThere() {
    HandMadeAgent source = HandMadeAgent.ready(client, "left1", Backend.NETFILTER);
    HandMadeAgent target = HandMadeAgent.ready(client, "left2", Backend.NETFILTER);
    create("under-way", source.node(), target.node(), V4, "1h");
    awaitAssigned(NAMESPACE, "under-way");
    shared.close();

    Resource<Namespace> namespace = client.namespaces().withName(NAMESPACE);
    namespace.delete();

    Awaitility.await("nothing holds the namespace")
        .atMost(PATIENCE)
        .until(() -> namespace.get() == null);
    makeTheNamespace();
  }

  @Test
  void aMigrationOfANameThatWasUsedBeforeGetsASyncOfItsOwn() {
    KubeVirtActor kubeVirt = new KubeVirtActor(client, Clock.systemUTC());
    kubeVirt.installApi();
    HandMadeAgent source = HandMadeAgent.ready(client, "again1", Backend.NETFILTER);
    HandMadeAgent target = HandMadeAgent.ready(client, "again2", Backend.NETFILTER);
    PlayedVmi vmi = kubeVirt.runVmi(NAMESPACE, "again", source.node(), List.of(V4));
    PlayedMigration first = vmi.createMigration("same-name", target.node());
    first.prepare();
    ConntrackSync earlier = awaitAssigned(NAMESPACE, "same-name");
    first.requestCancel();
    first.cancelled();

    PlayedMigration second = vmi.createMigration("same-name", target.node());
    second.prepare();

    Awaitility.await("the sync is that of the second migration")
        .atMost(PATIENCE)
        .until(
            () ->
                sync(NAMESPACE, "same-name").get() != null
                    && second
                        .uid()
                        .equals(sync(NAMESPACE, "same-name").get().getSpec().migration().uid()));
    assertThat(awaitAssigned(NAMESPACE, "same-name").getMetadata().getUid())
        .isNotEqualTo(earlier.getMetadata().getUid());
    awaitEvent(NAMESPACE, "ConntrackSync", "same-name", "MigrationAborted");
    second.failed("end of the test");
    vmi.delete();
  }

  @Test
  void aNodeThatDoesNotExistIsNamed() {
    HandMadeAgent target = HandMadeAgent.ready(client, "known", Backend.NETFILTER);

    create("unknown-node", "rack-typo", target.node(), V4, "1h");

    assertSkipped("unknown-node", "NodeUnknown", "there is no node rack-typo", "spec.sourceNode");
  }

  @Test
  void aNodeThatNeverHadAnAgentIsNamed() {
    HandMadeAgent source = HandMadeAgent.ready(client, "with", Backend.NETFILTER);
    HandMadeAgent.bareNode(client, "without");

    create("no-agent", source.node(), "without", V4, "1h");

    assertSkipped(
        "no-agent", "AgentMissing", "node without has no ready agent", "conntracksync-node-agent");
  }

  @Test
  void anAddressOfTheWrongFamilyForTheBackendIsNamed() {
    HandMadeAgent source = HandMadeAgent.ready(client, "api1", Backend.CILIUM_API);
    HandMadeAgent target = HandMadeAgent.ready(client, "api2", Backend.CILIUM_API);

    create("wrong-family", source.node(), target.node(), "fd00:42::9", "1h");

    assertSkipped(
        "wrong-family", "AddressFamilyUnsupported", "takes IPv4 only", "fd00:42::9", "cilium-bpf");
  }

  @Test
  void backendsThatDifferAreBothNamed() {
    HandMadeAgent source = HandMadeAgent.ready(client, "nf", Backend.NETFILTER);
    HandMadeAgent target = HandMadeAgent.ready(client, "bpf", Backend.CILIUM_BPF);

    create("two-backends", source.node(), target.node(), V4, "1h");

    assertSkipped(
        "two-backends",
        "BackendsDiffer",
        "node nf has backend netfilter",
        "node bpf has cilium-bpf",
        "the same backend");
  }

  /** On this the assignment of ports rests: a stale leader cannot give one twice. */
  @Test
  void aWriteThatRestsOnAnOlderVersionIsRefused() {
    HandMadeAgent source = HandMadeAgent.ready(client, "stale1", Backend.NETFILTER);
    HandMadeAgent target = HandMadeAgent.ready(client, "stale2", Backend.NETFILTER);
    ConntrackSync read = create("stale", source.node(), target.node(), V4, "1h");
    awaitAssigned(NAMESPACE, "stale");
    Path kubeconfig = controlPlane.kubeconfigOf(ControlPlane.SYSTEM_NAMESPACE, ACCOUNT);
    try (KubernetesClient operator = controlPlane.client(kubeconfig)) {
      ConntrackSync late = new ConntrackSync();
      late.setMetadata(
          new ObjectMetaBuilder()
              .withNamespace(NAMESPACE)
              .withName("stale")
              .withResourceVersion(read.getMetadata().getResourceVersion())
              .build());
      late.setStatus(
          new ConntrackSyncStatus(
              1L, Phase.PENDING, "TooLate", "too late", null, null, null, null, null, List.of()));

      assertThatThrownBy(
              () ->
                  operator
                      .resource(late)
                      .subresource("status")
                      .patch(
                          new PatchContext.Builder()
                              .withPatchType(PatchType.SERVER_SIDE_APPLY)
                              .withFieldManager(ACCOUNT)
                              .withForce(false)
                              .build()))
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    }
    assertThat(sync(NAMESPACE, "stale").get().getStatus().phase()).isEqualTo(Phase.ASSIGNED);
  }

  private static void assertSkipped(String name, String reason, CharSequence... words) {
    ConntrackSyncStatus status =
        await(NAMESPACE, name, "is skipped", found -> found.phase() == Phase.SKIPPED).getStatus();
    assertThat(status.reason()).isEqualTo(reason);
    assertThat(status.message()).contains(words);
    awaitEvent(NAMESPACE, "ConntrackSync", name, reason);
  }

  private static OperatorProcess startOperator(String name, String... settings) {
    return OperatorProcess.start(
        SharedImages.ofThisCheckout(),
        Place.loopback(),
        FreePort.next(),
        controlPlane.kubeconfigOf(ControlPlane.SYSTEM_NAMESPACE, ACCOUNT),
        WORK.resolve("logs").resolve(name + ".log"),
        settings);
  }

  private static ConntrackSync create(
      String name, String source, String target, String address, String ttl) {
    ConntrackSync sync = new ConntrackSync();
    sync.setMetadata(new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).build());
    sync.setSpec(
        new ConntrackSyncSpec(
            "vm",
            null,
            source,
            target,
            null,
            null,
            List.of(address),
            null,
            null,
            null,
            null,
            null,
            ttl));
    return client.resource(sync).create();
  }

  private static int port(ConntrackSync sync) {
    return sync.getStatus().assignment().port();
  }

  private static ConntrackSync awaitAssigned(String namespace, String name) {
    return await(namespace, name, "is assigned", status -> status.phase() == Phase.ASSIGNED);
  }

  private static ConntrackSync await(
      String namespace, String name, String what, Predicate<ConntrackSyncStatus> condition) {
    return Awaitility.await(name + " " + what)
        .atMost(PATIENCE)
        .until(
            () -> sync(namespace, name).get(),
            sync -> sync != null && sync.getStatus() != null && condition.test(sync.getStatus()));
  }

  private static void awaitGone(String namespace, String name) {
    Awaitility.await(name + " is gone")
        .atMost(PATIENCE)
        .until(() -> sync(namespace, name).get() == null);
  }

  private static void awaitEvent(String namespace, String kind, String name, String reason) {
    Awaitility.await("an event " + reason + " on " + kind + " " + name)
        .atMost(PATIENCE)
        .until(
            () ->
                client.v1().events().inNamespace(namespace).list().getItems().stream()
                    .anyMatch(
                        event ->
                            reason.equals(event.getReason())
                                && kind.equals(event.getInvolvedObject().getKind())
                                && name.equals(event.getInvolvedObject().getName())));
  }

  private static Resource<ConntrackSync> sync(String namespace, String name) {
    return client.resources(ConntrackSync.class).inNamespace(namespace).withName(name);
  }

  private static GenericKubernetesResource kubeVirt(String kind, String name) {
    return client
        .genericKubernetesResources("kubevirt.io/v1", kind)
        .inNamespace("default")
        .withName(name)
        .get();
  }
}
