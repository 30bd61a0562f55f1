package io.conntracksync.e2e.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.SharedControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedControlPlane.class)
class RecordingReplayRootIT {
  private static final Recording RECORDING = Recording.of("/kubevirt-recording.yaml");

  private final KubernetesClient client;
  private final KubeVirtApi api;

  RecordingReplayRootIT(ControlPlane controlPlane) {
    client = controlPlane.admin();
    api = new KubeVirtApi(client);
    new KubeVirtActor(client, Clock.systemUTC()).installApi();
  }

  @Test
  void everyWriteIsReplayedWithTheUidsOfThisServer() {
    RecordingReplay replay = new RecordingReplay(client, RECORDING);
    List<String> phases = new ArrayList<>();
    Set<String> handedOver = new HashSet<>();
    try {
      // when
      replay.play(
          step -> {
            GenericKubernetesResource vmi = api.vmi("default", "web").get();
            assertThat(client.getKubernetesSerialization().asJson(vmi))
                .as("step %s", step.number())
                .doesNotContain(recordedUids());
            String uid = vmi.get("status", "migrationState", "migrationUid");
            if (uid != null) {
              handedOver.add(uid);
            }
            GenericKubernetesResource migration = api.migration("default", step.name()).get();
            if (migration != null) {
              assertThat(migration.<Object>get("status", "phase"))
                  .isEqualTo(step.recorded().get("status", "phase"));
              phases.add(migration.get("status", "phase"));
            }
          });

      // then the first migration is kept, the cancelled one is gone, the VMI speaks of the latter
      GenericKubernetesResource first = api.migration("default", "web-mig").get();
      assertThat(handedOver).hasSize(2).contains(first.getMetadata().getUid());
      assertThat(phases).contains("Pending", "Running", "Succeeded", "Failed");
      assertThat(api.migration("default", "web-mig2").get()).isNull();
      Map<String, Object> state = api.vmi("default", "web").get().get("status", "migrationState");
      assertThat(state)
          .containsEntry("abortStatus", "Succeeded")
          .doesNotContainEntry("migrationUid", first.getMetadata().getUid());
    } finally {
      replay.delete();
    }
    assertThat(api.vmi("default", "web").get()).isNull();
  }

  @Test
  void theTargetPodsCarryTheUidOfTheirMigration() {
    RecordingReplay replay = new RecordingReplay(client, RECORDING);
    try {
      replay.play(step -> {});

      String uid = api.migration("default", "web-mig").get().getMetadata().getUid();
      assertThat(
              client
                  .pods()
                  .inNamespace("default")
                  .withLabel("kubevirt.io/migrationJobUID", uid)
                  .list()
                  .getItems())
          .singleElement()
          .satisfies(
              pod -> {
                assertThat(pod.getMetadata().getName()).isEqualTo("virt-launcher-web-69tqw");
                assertThat(pod.getSpec().getNodeName()).isEqualTo("nodeb");
              });
    } finally {
      replay.delete();
    }
  }

  private static List<CharSequence> recordedUids() {
    return RECORDING.documents().stream()
        .map(document -> (CharSequence) document.getMetadata().getUid())
        .distinct()
        .toList();
  }
}
