package io.conntracksync.operator.migration;

import io.conntracksync.operator.kubevirt.InstanceInterface;
import io.conntracksync.operator.kubevirt.InstanceStatus;
import io.conntracksync.operator.kubevirt.KubeVirtObjects;
import io.conntracksync.operator.kubevirt.MigrationSpec;
import io.conntracksync.operator.kubevirt.MigrationState;
import io.conntracksync.operator.kubevirt.VirtualMachineInstance;
import io.conntracksync.operator.kubevirt.VirtualMachineInstanceMigration;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Optional;

/**
 * A migration that was just handed over, of a VM that does not exist. Its address is one of those
 * that are set aside for examples (RFC 5737).
 */
record RehearsedMigration(VirtualMachineInstance vm, VirtualMachineInstanceMigration migration)
    implements KubeVirtObjects {
  static final String NAME = "conntracksync-rehearsal";

  private static final String UID = "00000000-0000-0000-0000-000000000000";

  /** As it would have come from the API server: encoded and decoded once. */
  static RehearsedMigration in(String namespace, KubernetesSerialization json) {
    VirtualMachineInstance vm = new VirtualMachineInstance();
    vm.setMetadata(meta(namespace));
    vm.setStatus(
        new InstanceStatus(
            NAME + "-a",
            List.of(new InstanceInterface("default", "192.0.2.1", List.of("192.0.2.1"))),
            handedOver()));
    VirtualMachineInstanceMigration migration = new VirtualMachineInstanceMigration();
    migration.setMetadata(meta(namespace));
    migration.setSpec(new MigrationSpec(NAME, null, null));
    return new RehearsedMigration(json.clone(vm), json.clone(migration));
  }

  @Override
  public Optional<VirtualMachineInstance> instance(String namespace, String name) {
    return Optional.of(vm);
  }

  @Override
  public Optional<VirtualMachineInstanceMigration> migration(String namespace, String name) {
    return Optional.of(migration);
  }

  private static MigrationState handedOver() {
    return new MigrationState(
        UID,
        NAME + "-a",
        NAME + "-source",
        NAME + "-b",
        NAME + "-target",
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static ObjectMeta meta(String namespace) {
    return new ObjectMetaBuilder().withNamespace(namespace).withName(NAME).withUid(UID).build();
  }
}
