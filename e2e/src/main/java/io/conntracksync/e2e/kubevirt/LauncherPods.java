package io.conntracksync.e2e.kubevirt;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.Map;

/**
 * The virt-launcher pods of VMIs: objects only, nothing runs in them. Labels and annotations as
 * virt-controller sets them.
 */
final class LauncherPods {
  private static final String CREATED_BY = "kubevirt.io/created-by";
  private static final String MIGRATION_UID = "kubevirt.io/migrationJobUID";
  private static final String MIGRATION_NAME = "kubevirt.io/migrationJobName";
  private static final String TARGET_READY = "kubevirt.io/migration-target-ready-timestamp";

  private final KubernetesClient client;

  LauncherPods(KubernetesClient client) {
    this.client = client;
  }

  /** A pod that waits for its node; it is not owned by its VMI before {@link #adopt}. */
  Pod create(String namespace, String name, String vmiName) {
    return client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels("kubevirt.io", "virt-launcher")
                .addToAnnotations("kubevirt.io/domain", vmiName)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("compute")
                .withImage("virt-launcher")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  /** Names the VMI as the pod's maker; with the VMI the pod is collected. */
  void adopt(Pod pod, String vmiName, String vmiUid) {
    find(pod)
        .edit(
            found ->
                new PodBuilder(found)
                    .editMetadata()
                    .addToLabels(CREATED_BY, vmiUid)
                    .addNewOwnerReference()
                    .withApiVersion(KubeVirtApi.API_VERSION)
                    .withKind(KubeVirtApi.VMI)
                    .withName(vmiName)
                    .withUid(vmiUid)
                    .withController(true)
                    .endOwnerReference()
                    .endMetadata()
                    .build());
  }

  /** Marks the pod as the target of that migration; the mark stays after the migration. */
  void markTarget(Pod pod, String migrationName, String migrationUid) {
    find(pod)
        .edit(
            found ->
                new PodBuilder(found)
                    .editMetadata()
                    .addToLabels(MIGRATION_UID, migrationUid)
                    .addToAnnotations(MIGRATION_NAME, migrationName)
                    .endMetadata()
                    .build());
  }

  /** What the scheduler and the kubelet would do. */
  void runOn(Pod pod, String nodeName) {
    client.raw(
        "/api/v1/namespaces/%s/pods/%s/binding"
            .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName()),
        "POST",
        new BindingBuilder()
            .withNewMetadata()
            .withName(pod.getMetadata().getName())
            .endMetadata()
            .withNewTarget()
            .withKind("Node")
            .withName(nodeName)
            .endTarget()
            .build());
    setPhase(pod, "Running");
  }

  void markGuestRunning(Pod pod, String time) {
    find(pod)
        .edit(
            found ->
                new PodBuilder(found)
                    .editMetadata()
                    .addToAnnotations(Map.of(TARGET_READY, time))
                    .endMetadata()
                    .build());
  }

  void finish(Pod pod) {
    setPhase(pod, "Succeeded");
  }

  /** At once: there is no kubelet that would answer for a graceful end. */
  void delete(Pod pod) {
    find(pod).withGracePeriod(0).delete();
  }

  private void setPhase(Pod pod, String phase) {
    find(pod)
        .editStatus(
            found -> new PodBuilder(found).editOrNewStatus().withPhase(phase).endStatus().build());
  }

  // By name: with the object itself the client would write against the state that we remember.
  private PodResource find(Pod pod) {
    return client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName());
  }
}
