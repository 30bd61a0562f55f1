package io.conntracksync.e2e.kubevirt;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** KubeVirt's group, version, kinds, and the keys that its components agree on. */
final class KubeVirtApi {
  static final String API_VERSION = "kubevirt.io/v1";
  static final String VMI = "VirtualMachineInstance";
  static final String MIGRATION = "VirtualMachineInstanceMigration";

  /** On a migration: virt-controller holds it until the migration has ended. */
  static final String MIGRATION_FINALIZER = "kubevirt.io/migrationJobFinalize";

  static final String LABEL_VMI_NAME = "kubevirt.io/vmi-name";
  static final String LABEL_NODE = "kubevirt.io/nodeName";
  static final String LABEL_TARGET_NODE = "kubevirt.io/migrationTargetNodeName";

  private final KubernetesClient client;

  KubeVirtApi(KubernetesClient client) {
    this.client = client;
  }

  Resource<GenericKubernetesResource> vmi(String namespace, String name) {
    return resources(VMI).inNamespace(namespace).withName(name);
  }

  Resource<GenericKubernetesResource> migration(String namespace, String name) {
    return resources(MIGRATION).inNamespace(namespace).withName(name);
  }

  GenericKubernetesResource create(GenericKubernetesResource object) {
    return client.resource(object).create();
  }

  private MixedOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      resources(String kind) {
    return client.genericKubernetesResources(
        new ResourceDefinitionContext.Builder()
            .withGroup("kubevirt.io")
            .withVersion("v1")
            .withKind(kind)
            .withPlural(
                kind.equals(VMI) ? "virtualmachineinstances" : "virtualmachineinstancemigrations")
            .withNamespaced(true)
            .build());
  }
}
