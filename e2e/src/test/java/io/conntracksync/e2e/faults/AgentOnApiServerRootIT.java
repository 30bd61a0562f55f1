package io.conntracksync.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.PortRange;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Agents with tokens of their nodes and the shipped role: what they write, what their hook costs.
 */
final class AgentOnApiServerRootIT {
  private static final String ADDRESS = "10.30.0.78";
  private static final int RUNS = 200;

  private static Stage stage;
  private static Node source;
  private static Node target;

  @BeforeAll
  static void set() {
    stage = Stage.set("agent-on-api-server");
    source = stage.cluster().bed().nodeA();
    target = stage.cluster().bed().nodeB();
  }

  @AfterAll
  static void clear() {
    stage.close();
  }

  @BeforeEach
  void mend() {
    stage.mend();
  }

  @AfterEach
  void removeSyncs() {
    SyncByHand.removeAll(stage.cluster());
  }

  @Test
  void eachAgentRegistersItsNode() {
    for (Node node : stage.cluster().bed().nodes()) {
      ConntrackNode object = stage.conntrackNode(node);

      assertThat(object.getMetadata().getOwnerReferences())
          .extracting(OwnerReference::getKind, OwnerReference::getName)
          .containsExactly(tuple("Node", node.name()));
      assertThat(object.getStatus().backend()).isEqualTo(Backend.NETFILTER);
      assertThat(object.getStatus().address()).isEqualTo(node.addresses().v4());
      assertThat(object.getStatus().ports()).isEqualTo(new PortRange(28152, 28251));
      assertThat(object.getStatus().certificateFingerprint()).matches("sha256:[0-9a-f]{64}");
      assertThat(object.getStatus().table().capacity()).isPositive();
      assertThat(ready(node)).extracting(Condition::getStatus).isEqualTo("True");
      Lease lease =
          stage
              .cluster()
              .controlPlane()
              .admin()
              .leases()
              .inNamespace(ControlPlane.SYSTEM_NAMESPACE)
              .withName(node.name())
              .get();
      assertThat(lease.getSpec().getHolderIdentity()).isEqualTo(node.name());
      assertThat(lease.getSpec().getRenewTime()).isNotNull();
    }
  }

  @Test
  void anAgentThatIsToldToEndSaysSo() {
    stage.agentOf(source).close();

    assertThat(ready(source).getStatus()).isEqualTo("False");
    assertThat(ready(source).getReason()).isEqualTo("Stopped");
    assertThat(ready(target).getStatus()).as("the other node's").isEqualTo("True");
  }

  @Test
  void eachPartOfTheStatusHasItsWriter() {
    ConntrackSync sync = imported("owned");

    assertThat(fields(sync, "conntracksync-operator"))
        .contains("f:phase", "f:assignment", "Assigned")
        .doesNotContain("f:source", "f:target", "Exported", "Imported");
    assertThat(fields(sync, "conntracksync-agent-source"))
        .contains("f:source", "Exported")
        .doesNotContain("f:target", "f:phase", "Imported", "Assigned");
    assertThat(fields(sync, "conntracksync-agent-target"))
        .contains("f:target", "Imported")
        .doesNotContain("f:source", "f:phase", "Exported", "Assigned");
    assertThat(sync.getStatus().source().syncUid()).isEqualTo(sync.getMetadata().getUid());
    assertThat(sync.getStatus().target().syncUid()).isEqualTo(sync.getMetadata().getUid());
  }

  /**
   * The hook's own time with the real agent's answer ready, beside that of a program that does
   * nothing, on the node. Reported as a distribution in {@code target/reports/hook.json}; how long
   * things take on this machine is not asserted.
   */
  @Test
  void theHooksOwnTimeIsMeasuredWithTheAnswerReady() throws IOException {
    String answered = "conntracksync_hook_waited_seconds_count{outcome=\"imported\"}";
    double before = stage.agentOf(target).metric(answered);
    Path report = Path.of("target/reports/hook.json").toAbsolutePath();
    Files.createDirectories(report.getParent());
    Path tools = stage.cluster().build().root().resolve("hook-native/build");
    // The measuring program asks for the domain shop_db.
    imported("measured");

    // It has an agent of its own, but the hook as shipped asks the one of the node.
    target
        .command(
            tools.resolve("overhead").toString(),
            stage.cluster().build().hook().toString(),
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
    Awaitility.await("the agent has told hooks that the entries are there")
        .until(() -> stage.agentOf(target).metric(answered) > before);
  }

  private static ConntrackSync imported(String name) {
    SyncByHand.create(stage.cluster(), name, "db", source, target, ADDRESS);
    return stage.awaitSync(
        name,
        "is imported, and its source says so",
        status ->
            status.phase() == Phase.IMPORTED
                && status.conditions().stream().anyMatch(AgentOnApiServerRootIT::isExported));
  }

  private static boolean isExported(Condition condition) {
    return condition.getType().equals("Exported") && condition.getStatus().equals("True");
  }

  private static Condition ready(Node node) {
    return stage.conntrackNode(node).getStatus().conditions().stream()
        .filter(condition -> condition.getType().equals("Ready"))
        .findFirst()
        .orElseThrow();
  }

  /** What a manager owns of the status, as the API server keeps it. */
  private static String fields(ConntrackSync sync, String manager) {
    return sync.getMetadata().getManagedFields().stream()
        .filter(entry -> entry.getManager().equals(manager))
        .filter(entry -> "status".equals(entry.getSubresource()))
        .map(ManagedFieldsEntry::getFieldsV1)
        .map(owned -> owned.getAdditionalProperties().toString())
        .reduce("", String::concat);
  }
}
