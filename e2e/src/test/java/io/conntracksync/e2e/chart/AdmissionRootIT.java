package io.conntracksync.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.Place;
import io.conntracksync.e2e.product.Build;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What an agent's token is good for in the hands of somebody else: writes with the token of a node,
 * and the chart's rights, that are none of that node's business.
 */
class AdmissionRootIT {
  private static final Path WORK = Path.of("target/chart-admission");
  private static final String SYSTEM = ControlPlane.SYSTEM_NAMESPACE;
  private static final String ACCOUNT = "conntracksync-agent";
  private static final String SYNC =
      "/apis/conntracksync.io/v1alpha1/namespaces/default/conntracksyncs/s";
  private static final String SOURCE = "source";
  private static final String TARGET = "target";
  private static final String STRANGER = "stranger";
  private static final int FORBIDDEN = 403;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static ControlPlane controlPlane;
  private static KubernetesClient admin;
  private static KubernetesClient source;
  private static KubernetesClient target;
  private static KubernetesClient stranger;

  @BeforeAll
  static void start() {
    controlPlane = ControlPlane.start(WORK.resolve("control-plane"), Place.loopback());
    admin = controlPlane.admin();
    controlPlane.installApi();
    controlPlane.installRights(
        Chart.ofCheckout(Build.ofThisCheckout().root(), WORK.resolve("archive")));
    source = agentOf(SOURCE);
    target = agentOf(TARGET);
    stranger = agentOf(STRANGER);
    Awaitility.await("the policy of own objects is in force")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertRefused(() -> createNode(source, "unknown"), "its own node"));
    Awaitility.await("that of parts is in force")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              makeSync();
              assertRefused(() -> applyStatus(stranger, "x", "phase: Failed"), "its own node");
            });
  }

  private static KubernetesClient agentOf(String node) {
    admin
        .resource(new NodeBuilder().withNewMetadata().withName(node).endMetadata().build())
        .serverSideApply();
    return controlPlane.client(controlPlane.nodeBoundKubeconfig(SYSTEM, ACCOUNT, node));
  }

  @AfterAll
  static void stop() {
    source.close();
    target.close();
    stranger.close();
    controlPlane.close();
  }

  /** A sync as the operator and both agents have left it. */
  @BeforeEach
  void aSyncIsUnderWay() {
    makeSync();
  }

  private static void makeSync() {
    resource(admin, "s").delete();
    admin
        .resource(
            parsed(
                """
                apiVersion: conntracksync.io/v1alpha1
                kind: ConntrackSync
                metadata: {name: s, namespace: default}
                spec: {virtualMachineInstance: vm, sourceNode: source, targetNode: target, addresses: [10.0.0.1]}
                """))
        .create();
    applyStatus(
        admin,
        "operator",
        """
        phase: Syncing
        assignment: {address: 192.0.2.1, port: 28152, time: "2026-01-01T00:00:00Z"}
        conditions:
          - {type: Assigned, status: "True", reason: R, message: m, lastTransitionTime: "2026-01-01T00:00:00Z"}
        """);
  }

  @Test
  void anAgentWritesItsNodesOwnObjects() {
    createNode(source, SOURCE);
    applyNodeStatus(source, SOURCE);
    apply(source, lease(SOURCE));

    assertThat(nodes(admin).withName(SOURCE).get()).isNotNull();
  }

  @Test
  void anotherNodesObjectIsNotMade() {
    assertRefused(
        () -> createNode(source, TARGET),
        "the agent of node source may not write conntracknodes target: an agent writes only the"
            + " ConntrackNode and the Lease of its own node");
  }

  @Test
  void anotherNodesObjectIsNotChanged() {
    createNode(target, TARGET);

    assertRefused(
        () -> applyNodeStatus(source, TARGET),
        "the agent of node source may not write conntracknodes target");
  }

  @Test
  void anotherNodesLeaseIsNotRenewedNorTheOperatorsTaken() {
    apply(target, lease(TARGET));

    assertRefused(
        () -> apply(source, lease(TARGET)), "the agent of node source may not write leases target");
    assertRefused(
        () -> apply(source, lease("conntracksync-operator")),
        "the agent of node source may not write leases conntracksync-operator");
  }

  @Test
  void eachAgentWritesItsPart() {
    applyStatus(source, "source-agent", part("source", "Exported"));
    applyStatus(target, "target-agent", part("target", "Imported"));
    applyStatus(source, "source-agent", part("source", "Exported").replace("True", "False"));

    GenericKubernetesResource sync = resource(admin, "s").get();
    assertThat(text(sync, "status", "source", "syncUid")).isEqualTo("u");
    assertThat(text(sync, "status", "target", "syncUid")).isEqualTo("u");
    assertThat(text(sync, "status", "phase")).isEqualTo("Syncing");
  }

  @Test
  void theSourceDoesNotWriteTheTargetsPart() {
    String words = "status.target and the conditions Imported and HookInstalled of ConntrackSync s";

    assertRefused(() -> applyStatus(source, "x", "target: {syncUid: u}"), words);
    assertRefused(() -> applyStatus(source, "x", condition("Imported")), words);
    applyStatus(target, "target-agent", part("target", "Imported"));
    assertRefused(() -> merge(source, "{\"status\":{\"target\":null}}"), words);
    assertRefused(() -> merge(source, "{\"status\":null}"), words);
  }

  @Test
  void theTargetDoesNotWriteTheSourcesPart() {
    String words = "status.source and the condition Exported of ConntrackSync s";

    assertRefused(() -> applyStatus(target, "x", "source: {syncUid: u}"), words);
    assertRefused(() -> applyStatus(target, "x", condition("Exported")), words);
    applyStatus(source, "source-agent", part("source", "Exported"));
    assertRefused(
        () ->
            applyStatus(
                target, "x", part("source", "Exported").replace("syncUid: u", "syncUid: v")),
        words);
  }

  @Test
  void noAgentWritesTheOperatorsPart() {
    String words =
        "may not write the phase, the assignment or the outcome of ConntrackSync s: that is done by"
            + " the operator";
    for (KubernetesClient agent : new KubernetesClient[] {source, target}) {
      assertRefused(() -> applyStatus(agent, "x", "phase: Completed"), words);
      assertRefused(
          () ->
              applyStatus(
                  agent,
                  "x",
                  "assignment: {address: 203.0.113.6, port: 28152, time: \"2026-01-01T00:00:00Z\"}"),
          words);
      assertRefused(() -> applyStatus(agent, "x", "outcome: Failed"), words);
      assertRefused(() -> applyStatus(agent, "x", condition("Concluded")), words);
      assertRefused(() -> applyStatus(agent, "x", condition("Assigned")), words);
      assertRefused(() -> merge(agent, "{\"status\":{\"phase\":null}}"), words);
    }
  }

  @Test
  void anAgentDoesNotTouchSyncsOfOtherNodes() {
    assertRefused(
        () -> applyStatus(stranger, "x", part("source", "Exported")),
        "the agent of node stranger may not write the status of ConntrackSync s, which leads from"
            + " source to target: an agent writes only syncs of its own node");
  }

  @Test
  void aSpecIsNoAgentsToWrite() {
    String spec = "{\"spec\":{\"addresses\":[\"10.0.0.2\"]}}";

    // The role says no before the policy is asked.
    assertThatThrownBy(() -> MergePatch.send(source, SYNC, spec))
        .hasMessageContaining("cannot patch resource \\\"conntracksyncs\\\"");
    // Beside a status it goes nowhere: the API server drops it.
    merge(source, spec);
    assertThat(text(resource(admin, "s").get(), "spec", "addresses")).contains("10.0.0.1");
  }

  /** The role may be widened by mistake one day; the policy stands for itself. */
  @Test
  void evenAnAgentWithAllRightsMakesChangesAndDeletesNoSync() {
    var allRights =
        admin.resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName("agents-may-all")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                .addNewSubject(null, "ServiceAccount", ACCOUNT, SYSTEM)
                .build());
    allRights.create();
    try {
      String words = ": an agent writes its part of the status, nothing else";
      assertRefused(
          () -> MergePatch.send(source, SYNC, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"),
          "the agent of node source may not update ConntrackSync s" + words);
      assertRefused(
          () -> resource(source, "s").delete(),
          "the agent of node source may not delete ConntrackSync s" + words);
      assertRefused(
          () ->
              source
                  .resource(
                      parsed(
                          """
                          apiVersion: conntracksync.io/v1alpha1
                          kind: ConntrackSync
                          metadata: {name: forged, namespace: default}
                          spec: {virtualMachineInstance: vm, sourceNode: a, targetNode: source, addresses: [10.0.0.9]}
                          """))
                  .create(),
          "the agent of node source may not create ConntrackSync forged" + words);
    } finally {
      allRights.delete();
    }
  }

  @Test
  void aTokenThatNamesNoNodeWritesNothing() {
    try (KubernetesClient nowhere =
        controlPlane.client(controlPlane.kubeconfigOf(SYSTEM, ACCOUNT))) {
      assertRefused(() -> createNode(nowhere, "n"), "the token of this agent names no node");
      assertRefused(
          () -> applyStatus(nowhere, "x", part("source", "Exported")),
          "the token of this agent names no node");
    }
  }

  /** Others have rights of their own. */
  @Test
  void theOperatorIsNotMeant() {
    try (KubernetesClient operator =
        controlPlane.client(controlPlane.kubeconfigOf(SYSTEM, "conntracksync-operator"))) {
      assertThatCode(() -> applyStatus(operator, "operator", "phase: Completed"))
          .doesNotThrowAnyException();
    }
  }

  private static String text(GenericKubernetesResource object, Object... path) {
    Object value = object.get(path);
    return String.valueOf(value);
  }

  private static void assertRefused(ThrowingCallable write, String words) {
    assertThatThrownBy(write)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(FORBIDDEN))
        .hasMessageContaining("ValidatingAdmissionPolicy 'conntracksync-agent-own-")
        .hasMessageContaining(words);
  }

  private static String part(String field, String condition) {
    return field + ": {syncUid: u}\n" + condition(condition);
  }

  private static String condition(String type) {
    return """
        conditions:
          - {type: %s, status: "True", reason: Z, message: z, lastTransitionTime: "2026-01-02T00:00:00Z"}
        """
        .formatted(type);
  }

  private static void createNode(KubernetesClient agent, String name) {
    nodes(admin).withName(name).delete();
    agent.resource(conntrackNode(name, "")).create();
  }

  private static void applyNodeStatus(KubernetesClient agent, String name) {
    status(agent, conntrackNode(name, "status: {agentVersion: forged}"), "x");
  }

  private static GenericKubernetesResource conntrackNode(String name, String status) {
    return parsed(
        """
        apiVersion: conntracksync.io/v1alpha1
        kind: ConntrackNode
        metadata: {name: %s}
        %s
        """
            .formatted(name, status));
  }

  private static GenericKubernetesResource lease(String name) {
    return parsed(
        """
        apiVersion: coordination.k8s.io/v1
        kind: Lease
        metadata: {name: %s, namespace: conntracksync-system}
        spec: {holderIdentity: x}
        """
            .formatted(name));
  }

  private static void applyStatus(KubernetesClient client, String manager, String status) {
    status(client, sync("s", status), manager);
  }

  private static GenericKubernetesResource sync(String name, String status) {
    return parsed(
        """
        apiVersion: conntracksync.io/v1alpha1
        kind: ConntrackSync
        metadata: {name: %s, namespace: default}
        status:
        %s
        """
            .formatted(name, status.indent(2)));
  }

  /** By force: what belongs to others is no obstacle to an attacker. */
  private static void status(
      KubernetesClient client, GenericKubernetesResource object, String manager) {
    client
        .resource(object)
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(true)
                .build());
  }

  private static void merge(KubernetesClient client, String patch) {
    MergePatch.send(client, SYNC + "/status", patch);
  }

  private static void apply(KubernetesClient client, GenericKubernetesResource object) {
    client.resource(object).forceConflicts().serverSideApply();
  }

  private static MixedOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>>
      nodes(KubernetesClient client) {
    return client.genericKubernetesResources("conntracksync.io/v1alpha1", "ConntrackNode");
  }

  private static Resource<GenericKubernetesResource> resource(
      KubernetesClient client, String name) {
    return client
        .genericKubernetesResources("conntracksync.io/v1alpha1", "ConntrackSync")
        .inNamespace("default")
        .withName(name);
  }

  private static GenericKubernetesResource parsed(String yaml) {
    return admin.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class);
  }
}
