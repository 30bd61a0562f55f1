package io.conntracksync.operator.kubevirt;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** Reads from the API server at each call. */
public final class LiveKubeVirt implements KubeVirtObjects {
  private final KubernetesClient client;

  public LiveKubeVirt(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Optional<VirtualMachineInstance> instance(String namespace, String name) {
    return Optional.ofNullable(
        client.resources(VirtualMachineInstance.class).inNamespace(namespace).withName(name).get());
  }

  @Override
  public Optional<VirtualMachineInstanceMigration> migration(String namespace, String name) {
    return Optional.ofNullable(
        client
            .resources(VirtualMachineInstanceMigration.class)
            .inNamespace(namespace)
            .withName(name)
            .get());
  }
}
