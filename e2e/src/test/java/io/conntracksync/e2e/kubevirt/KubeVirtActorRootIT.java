package io.conntracksync.e2e.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.SharedControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedControlPlane.class)
class KubeVirtActorRootIT {
  private static final String NAMESPACE = "kubevirt-actor";
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-09-01T10:00:00.5Z"), ZoneOffset.UTC);
  private static final String NOW = "2026-09-01T10:00:00Z";

  private final KubernetesClient client;
  private PlayedVmi vmi;

  KubeVirtActorRootIT(ControlPlane controlPlane) {
    client = controlPlane.admin();
  }

  @BeforeEach
  void runAVmi() {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    KubeVirtActor actor = new KubeVirtActor(client, CLOCK);
    actor.installApi();
    vmi = actor.runVmi(NAMESPACE, "db", "rack1", List.of("10.42.7.9", "fd00:42::9"));
  }

  @AfterEach
  void remove() {
    vmi.delete();
  }

  @Test
  void aRunningVmiHasItsNodeItsPodAndItsAddresses() {
    GenericKubernetesResource found = vmi.resource().get();

    assertThat((String) found.get("status", "phase")).isEqualTo("Running");
    assertThat((String) found.get("status", "nodeName")).isEqualTo("rack1");
    List<Map<String, Object>> interfaces = found.get("status", "interfaces");
    assertThat(interfaces.get(0))
        .containsEntry("name", "default")
        .containsEntry("ipAddresses", List.of("10.42.7.9", "fd00:42::9"));
    Pod pod = pod(vmi.launcherPod());
    assertThat(pod.getSpec().getNodeName()).isEqualTo("rack1");
    assertThat(pod.getMetadata().getLabels())
        .containsEntry("kubevirt.io", "virt-launcher")
        .containsEntry("kubevirt.io/created-by", vmi.uid());
    Map<String, String> active = found.get("status", "activePods");
    assertThat(active).containsExactly(Map.entry(pod.getMetadata().getUid(), "rack1"));
  }

  @Test
  void aChangeOfTheVmisStatusRaisesItsGeneration() {
    long before = vmi.resource().get().getMetadata().getGeneration();

    vmi.editState(state -> state.put("mode", "PreCopy"));

    assertThat(vmi.resource().get().getMetadata().getGeneration()).isEqualTo(before + 1);
  }

  @Test
  void theHandOverNamesNodesPodsAndMigrationInOneWrite() {
    PlayedMigration migration = vmi.createMigration("handed-over", "rack2");
    migration.pending();
    migration.scheduling();
    migration.scheduled();
    GenericKubernetesResource before = vmi.resource().get();

    migration.handOver();

    GenericKubernetesResource after = vmi.resource().get();
    assertThat(before.<Object>get("status", "migrationState")).isNull();
    assertThat(after.getMetadata().getGeneration())
        .isEqualTo(before.getMetadata().getGeneration() + 1);
    Map<String, Object> state = after.get("status", "migrationState");
    assertThat(state)
        .containsEntry("migrationUid", migration.uid())
        .containsEntry("sourceNode", "rack1")
        .containsEntry("sourcePod", vmi.launcherPod())
        .containsEntry("targetNode", "rack2")
        .containsKey("targetPod")
        .doesNotContainKey("startTimestamp");
    assertThat(pod(state.get("targetPod").toString()).getMetadata().getLabels())
        .containsEntry("kubevirt.io/migrationJobUID", migration.uid());
    // The migration's own copy is filled at the end only.
    Map<String, Object> own = migrationObject(migration).get("status", "migrationState");
    assertThat(own).containsOnlyKeys("sourcePod");
    migration.failed("end of the test");
  }

  @Test
  void theRealMigrationRunsWhileThePhaseIsRunning() {
    PlayedMigration migration = vmi.createMigration("watched", "rack2");
    String[] phase = new String[1];

    migration.play(() -> phase[0] = migrationObject(migration).get("status", "phase"));

    assertThat(phase[0]).isEqualTo("Running");
  }

  @Test
  void afterASuccessTheVmiIsOnTheTarget() {
    PlayedMigration migration = vmi.createMigration("succeeds", "rack2");

    migration.play(() -> {});

    GenericKubernetesResource found = vmi.resource().get();
    assertThat((String) found.get("status", "nodeName")).isEqualTo("rack2");
    Map<String, Object> state = found.get("status", "migrationState");
    assertThat(state)
        .containsEntry("completed", true)
        .containsEntry("endTimestamp", NOW)
        .containsEntry("targetNodeDomainDetected", true)
        .doesNotContainKey("failed");
    GenericKubernetesResource ended = migrationObject(migration);
    assertThat(ended.getMetadata().getFinalizers()).isEmpty();
    assertThat(ended.<Map<String, Object>>get("status", "migrationState")).isEqualTo(state);
    assertThat(phases(ended))
        .containsExactly(
            "Pending",
            "Scheduling",
            "Scheduled",
            "PreparingTarget",
            "TargetReady",
            "Running",
            "Succeeded");
    assertThat(vmi.node()).isEqualTo("rack2");
  }

  @Test
  void theNextMigrationStartsWhereTheLastEnded() {
    vmi.createMigration("there", "rack2").play(() -> {});
    PlayedMigration back = vmi.createMigration("back", "rack1");

    back.play(() -> {});

    Map<String, Object> state = vmi.resource().get().get("status", "migrationState");
    assertThat(state)
        .containsEntry("migrationUid", back.uid())
        .containsEntry("sourceNode", "rack2")
        .containsEntry("targetNode", "rack1");
  }

  @Test
  void aFailedMigrationLeavesTheVmiWhereItWas() {
    PlayedMigration migration = vmi.createMigration("fails", "rack2");

    assertThatThrownBy(
            () ->
                migration.play(
                    () -> {
                      throw new IllegalStateException("no route to host");
                    }))
        .hasMessage("no route to host");

    GenericKubernetesResource found = vmi.resource().get();
    assertThat((String) found.get("status", "nodeName")).isEqualTo("rack1");
    Map<String, Object> state = found.get("status", "migrationState");
    assertThat(state)
        .containsEntry("failed", true)
        .containsEntry("completed", true)
        .containsEntry("failureReason", "Live migration failed: no route to host");
    assertThat((String) migrationObject(migration).get("status", "phase")).isEqualTo("Failed");
  }

  @Test
  void aCancelledMigrationIsGoneAndTheVmiTellsItsOutcome() {
    PlayedMigration migration = vmi.createMigration("cancelled", "rack2");
    migration.prepare();
    migration.running();

    migration.requestCancel();
    assertThat(migrationObject(migration).getMetadata().getDeletionTimestamp()).isNotNull();
    migration.cancelled();

    assertThat(migrationObject(migration)).isNull();
    Map<String, Object> state = vmi.resource().get().get("status", "migrationState");
    assertThat(state)
        .containsEntry("migrationUid", migration.uid())
        .containsEntry("abortRequested", true)
        .containsEntry("abortStatus", "Succeeded")
        .containsEntry("failed", true)
        .containsEntry("completed", true);
  }

  private GenericKubernetesResource migrationObject(PlayedMigration migration) {
    return vmi.api().migration(NAMESPACE, migration.name()).get();
  }

  private Pod pod(String name) {
    return client.pods().inNamespace(NAMESPACE).withName(name).get();
  }

  private static List<String> phases(GenericKubernetesResource migration) {
    List<Map<String, String>> times = migration.get("status", "phaseTransitionTimestamps");
    return times.stream().map(time -> time.get("phase")).toList();
  }
}
