package io.conntracksync.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.api.v1alpha1.Assignment;
import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.CleanupStatus;
import io.conntracksync.api.v1alpha1.ConditionType;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.HookStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.RefusedCount;
import io.conntracksync.api.v1alpha1.SourceStatus;
import io.conntracksync.api.v1alpha1.TargetStatus;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.ServerTable;
import io.conntracksync.e2e.controlplane.SharedControlPlane;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the API server makes of the records: three writers of one status, selectors, columns. */
@ExtendWith(SharedControlPlane.class)
class SyncStatusRootIT {
  private static final String NAMESPACE = "sync-status";
  private static final String OPERATOR = "conntracksync-operator";
  private static final String SOURCE = "conntracksync-agent-source";
  private static final String TARGET = "conntracksync-agent-target";
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456Z");

  private final KubernetesClient client;
  private ConntrackSync sync;

  SyncStatusRootIT(ControlPlane controlPlane) {
    client = controlPlane.admin();
  }

  @BeforeEach
  void create() {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    sync = create("web-move", "rack1", "rack2");
  }

  @AfterEach
  void remove() {
    client.resources(ConntrackSync.class).inNamespace(NAMESPACE).delete();
  }

  @Test
  void whatIsLeftOutGetsTheDefaultsOfTheSchema() {
    ConntrackSyncSpec spec = read().getSpec();

    assertThat(spec.hookDeadline()).isEqualTo("200ms");
    assertThat(spec.switchoverDeadline()).isEqualTo("100ms");
    assertThat(spec.timeout()).isEqualTo("30m");
    assertThat(spec.ttlAfterFinished()).isEqualTo("1h");
  }

  @Test
  void threeWritersEachKeepTheirPart() {
    apply(OPERATOR, operatorPart());
    apply(SOURCE, sourcePart(1));
    apply(TARGET, targetPart());
    apply(SOURCE, sourcePart(2));

    ConntrackSyncStatus status = read().getStatus();
    assertThat(status.phase()).isEqualTo(Phase.SYNCING);
    assertThat(status.assignment()).isEqualTo(operatorPart().assignment());
    assertThat(status.source()).isEqualTo(sourcePart(2).source());
    assertThat(status.target()).isEqualTo(targetPart().target());
    assertThat(status.conditions())
        .extracting(Condition::getType)
        .containsExactlyInAnyOrder(
            ConditionType.ASSIGNED, ConditionType.EXPORTED, ConditionType.IMPORTED);
  }

  @Test
  void aWriterCannotTakeAnothersField() {
    apply(OPERATOR, operatorPart());

    assertThatThrownBy(() -> apply(TARGET, onlyPhase(Phase.FAILED)))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(409);
              assertThat(e.getStatus().getDetails().getCauses())
                  .anySatisfy(
                      cause -> {
                        assertThat(cause.getReason()).isEqualTo("FieldManagerConflict");
                        assertThat(cause.getField()).isEqualTo(".status.phase");
                        assertThat(cause.getMessage()).contains(OPERATOR);
                      });
            });
  }

  @Test
  void theSameAgainIsNoChange() {
    apply(TARGET, targetPart());
    String before = read().getMetadata().getResourceVersion();

    apply(TARGET, targetPart());

    assertThat(read().getMetadata().getResourceVersion()).isEqualTo(before);
  }

  @Test
  void anAgentSeesTheSyncsOfItsNodeOnly() {
    create("other-move", "rack2", "rack3");

    assertThat(namesWith("spec.sourceNode", "rack2")).containsExactly("other-move");
    assertThat(namesWith("spec.targetNode", "rack2")).containsExactly("web-move");
    assertThat(namesWith("spec.targetNode", "rack9")).isEmpty();
  }

  @Test
  void kubectlGetShowsTheColumnsOfTheDesign() {
    apply(OPERATOR, operatorPart());
    apply(TARGET, targetPart());

    ServerTable table =
        ServerTable.of(
            client, "/apis/conntracksync.io/v1alpha1/namespaces/" + NAMESPACE + "/conntracksyncs");

    assertThat(table.columns())
        .containsExactly(
            "Name", "VM", "Source", "Target", "Port", "Phase", "Entries", "Hook", "Age");
    assertThat(table.rows()).hasSize(1);
    assertThat(table.rows().get(0))
        .startsWith("web-move", "web", "rack1", "rack2", "28152", "Syncing", "40", "Imported");
    assertThat(table.text().lines().findFirst().orElseThrow())
        .matches("NAME +VM +SOURCE +TARGET +PORT +PHASE +ENTRIES +HOOK +AGE");
  }

  private ConntrackSync create(String name, String source, String target) {
    ConntrackSync created = named(name);
    created.setSpec(
        new ConntrackSyncSpec(
            "web",
            null,
            source,
            target,
            null,
            null,
            List.of("10.30.0.100", "fd00:30::100"),
            null,
            null,
            null,
            null,
            null,
            null));
    return client.resource(created).create();
  }

  private static ConntrackSync named(String name) {
    ConntrackSync named = new ConntrackSync();
    named.setMetadata(new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).build());
    return named;
  }

  private void apply(String manager, ConntrackSyncStatus part) {
    ConntrackSync patch = named(sync.getMetadata().getName());
    patch.setStatus(part);
    client
        .resource(patch)
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(false)
                .build());
  }

  private ConntrackSync read() {
    return client.resource(sync).get();
  }

  private List<String> namesWith(String field, String value) {
    return client
        .resources(ConntrackSync.class)
        .inAnyNamespace()
        .withField(field, value)
        .list()
        .getItems()
        .stream()
        .map(found -> found.getMetadata().getName())
        .toList();
  }

  private static ConntrackSyncStatus operatorPart() {
    return new ConntrackSyncStatus(
        1L,
        Phase.SYNCING,
        "SnapshotSent",
        "Entries flow from rack1 to rack2.",
        null,
        null,
        new Assignment("10.10.0.12", 28152, NOW),
        null,
        null,
        List.of(condition(ConditionType.ASSIGNED)));
  }

  private static ConntrackSyncStatus onlyPhase(Phase phase) {
    return new ConntrackSyncStatus(
        null, phase, null, null, null, null, null, null, null, List.of());
  }

  private ConntrackSyncStatus sourcePart(int rounds) {
    return new ConntrackSyncStatus(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        new SourceStatus(sync.getMetadata().getUid(), 0, rounds, 42L, 4242L, null),
        null,
        List.of(condition(ConditionType.EXPORTED)));
  }

  private ConntrackSyncStatus targetPart() {
    return new ConntrackSyncStatus(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        new TargetStatus(
            sync.getMetadata().getUid(),
            0,
            28152,
            42L,
            40L,
            List.of(new RefusedCount("TableFull", 2L)),
            40L,
            new HookStatus(HookOutcome.IMPORTED, "12ms"),
            new CleanupStatus(CleanupOutcome.KEPT, 0L),
            3L),
        List.of(condition(ConditionType.IMPORTED)));
  }

  private static Condition condition(String type) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus("True")
        .withReason("Done")
        .withMessage("It is done.")
        .withObservedGeneration(1L)
        .withLastTransitionTime("2026-11-22T10:00:00Z")
        .build();
  }
}
