package io.conntracksync.e2e.kubevirt;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Writes a recording to a real API server, one write after the other, as a watcher saw them then:
 * also those that changed nothing. The server gives uids of its own; wherever a recorded uid
 * appears, the real one is written. The launcher pods are created when a VMI first names them.
 */
public final class RecordingReplay {
  /** One write that was replayed: its number from 0 and the object as it was recorded. */
  public record Step(int number, String kind, String name, GenericKubernetesResource recorded) {}

  private final KubernetesClient client;
  private final KubeVirtApi api;
  private final LauncherPods launchers;
  private final Recording recording;
  private final Map<String, String> podNames;
  private final Map<String, Pod> pods = new LinkedHashMap<>();
  private final Map<String, String> realUids = new HashMap<>();
  private GenericKubernetesResource migration;

  public RecordingReplay(KubernetesClient client, Recording recording) {
    this.client = client;
    this.api = new KubeVirtApi(client);
    this.launchers = new LauncherPods(client);
    this.recording = recording;
    this.podNames = recording.podNames();
  }

  /** Replays all of it; the callback runs after each write. */
  public void play(Consumer<Step> afterEach) {
    for (int number = 0; number < recording.documents().size(); number++) {
      GenericKubernetesResource recorded = recording.documents().get(number);
      if (recorded.getKind().equals(KubeVirtApi.VMI)) {
        writeVmi(recorded);
      } else {
        writeMigration(recorded, recording.isLast(number));
      }
      afterEach.accept(
          new Step(number, recorded.getKind(), recorded.getMetadata().getName(), recorded));
    }
  }

  /** Deletes what is left of it. */
  public void delete() {
    recording.documents().stream()
        .map(this::resource)
        .forEach(
            resource -> {
              if (resource.get() != null) {
                setFinalizers(resource, List.of());
                resource.delete();
              }
            });
    pods.values().forEach(launchers::delete);
  }

  private void writeVmi(GenericKubernetesResource recorded) {
    ensurePods(recorded);
    Resource<GenericKubernetesResource> resource = resource(recorded);
    if (isNew(recorded)) {
      String uid = create(recorded).getMetadata().getUid();
      pods.values().forEach(pod -> launchers.adopt(pod, recorded.getMetadata().getName(), uid));
    } else {
      GenericKubernetesResource wanted = real(recorded);
      resource.edit(
          found -> {
            found.getMetadata().setLabels(wanted.getMetadata().getLabels());
            found.setAdditionalProperties(wanted.getAdditionalProperties());
            return found;
          });
    }
    pods.forEach((uid, pod) -> schedule(pod, recorded.get("status", "activePods", uid)));
  }

  private void writeMigration(GenericKubernetesResource recorded, boolean last) {
    Resource<GenericKubernetesResource> resource = resource(recorded);
    if (isNew(recorded)) {
      migration = create(recorded);
    }
    if (recorded.getMetadata().getDeletionTimestamp() != null
        && resource.get().getMetadata().getDeletionTimestamp() == null) {
      resource.delete();
    }
    Object status = real(recorded).getAdditionalProperties().get("status");
    resource.editStatus(
        found -> {
          found.setAdditionalProperty("status", status);
          return found;
        });
    // A deleted object is seen for the last time with the finalizer whose removal ends it.
    boolean gone = last && recorded.getMetadata().getDeletionTimestamp() != null;
    setFinalizers(resource, gone ? List.of() : recorded.getMetadata().getFinalizers());
  }

  private static void setFinalizers(
      Resource<GenericKubernetesResource> resource, List<String> finalizers) {
    resource.edit(
        found -> {
          found.getMetadata().setFinalizers(finalizers);
          return found;
        });
  }

  private boolean isNew(GenericKubernetesResource recorded) {
    return !realUids.containsKey(recorded.getMetadata().getUid());
  }

  private GenericKubernetesResource create(GenericKubernetesResource recorded) {
    GenericKubernetesResource created = api.create(real(recorded));
    realUids.put(recorded.getMetadata().getUid(), created.getMetadata().getUid());
    return created;
  }

  private void ensurePods(GenericKubernetesResource vmi) {
    Map<String, String> active = vmi.get("status", "activePods");
    for (String uid : active.keySet()) {
      if (!pods.containsKey(uid)) {
        pods.put(uid, createPod(podNames.get(uid), vmi));
        realUids.put(uid, pods.get(uid).getMetadata().getUid());
      }
    }
  }

  // The first pod is the one in which the VMI started; each later one is a migration's target.
  private Pod createPod(String name, GenericKubernetesResource vmi) {
    ObjectMeta metadata = vmi.getMetadata();
    Pod pod = launchers.create(metadata.getNamespace(), name, metadata.getName());
    if (!isNew(vmi)) {
      launchers.adopt(pod, metadata.getName(), realUids.get(metadata.getUid()));
      launchers.markTarget(
          pod, migration.getMetadata().getName(), migration.getMetadata().getUid());
    }
    return pod;
  }

  private void schedule(Pod pod, String nodeName) {
    boolean waits = client.resource(pod).get().getSpec().getNodeName() == null;
    if (waits && nodeName != null && !nodeName.isEmpty()) {
      launchers.runOn(pod, nodeName);
    }
  }

  /** The recorded object as a client writes it: real uids, and nothing that the server sets. */
  private GenericKubernetesResource real(GenericKubernetesResource recorded) {
    var serialization = client.getKubernetesSerialization();
    String json = serialization.asJson(recorded);
    for (Map.Entry<String, String> uid : realUids.entrySet()) {
      json = json.replace(uid.getKey(), uid.getValue());
    }
    GenericKubernetesResource real = serialization.unmarshal(json, GenericKubernetesResource.class);
    ObjectMeta metadata = recorded.getMetadata();
    real.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(metadata.getNamespace())
            .withName(metadata.getName())
            .withLabels(metadata.getLabels())
            .withFinalizers(metadata.getFinalizers())
            .build());
    return real;
  }

  private Resource<GenericKubernetesResource> resource(GenericKubernetesResource recorded) {
    ObjectMeta metadata = recorded.getMetadata();
    return Objects.equals(recorded.getKind(), KubeVirtApi.VMI)
        ? api.vmi(metadata.getNamespace(), metadata.getName())
        : api.migration(metadata.getNamespace(), metadata.getName());
  }
}
