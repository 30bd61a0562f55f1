package io.conntracksync.operator.kubevirt;

import io.conntracksync.operator.log.LogKeys;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the Pod objects. A pod that cannot be read leaves its uid out of the sync; the migration
 * does not wait for that.
 */
public final class KubernetesLauncherPods implements LauncherPods {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesLauncherPods.class);

  private final KubernetesClient client;

  public KubernetesLauncherPods(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Optional<String> sourceUid(String namespace, String podName) {
    return attempt(
        namespace,
        () ->
            Optional.ofNullable(client.pods().inNamespace(namespace).withName(podName).get())
                .map(pod -> pod.getMetadata().getUid()));
  }

  // By label: activePods of the VM lists finished pods of earlier migrations as well.
  @Override
  public Optional<String> targetUid(String namespace, String podName, String migrationUid) {
    return attempt(
        namespace,
        () ->
            client
                .pods()
                .inNamespace(namespace)
                .withLabel(KubeVirt.MIGRATION_UID_LABEL, migrationUid)
                .list()
                .getItems()
                .stream()
                .map(Pod::getMetadata)
                .filter(pod -> pod.getName().equals(podName))
                .map(pod -> pod.getUid())
                .findFirst());
  }

  private static Optional<String> attempt(String namespace, Supplier<Optional<String>> read) {
    try {
      return read.get();
    } catch (KubernetesClientException e) {
      LOG.atWarn()
          .addKeyValue(LogKeys.NAMESPACE, namespace)
          .setCause(e)
          .log("launcher pod not readable, going on without its uid");
      return Optional.empty();
    }
  }
}
