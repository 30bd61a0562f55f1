package io.conntracksync.operator.kubevirt;

import java.util.Optional;

/** Reads the two objects of a migration, from a cache or from the API server. */
public interface KubeVirtObjects {
  /** The VM of that name. */
  Optional<VirtualMachineInstance> instance(String namespace, String name);

  /** The migration of that name. */
  Optional<VirtualMachineInstanceMigration> migration(String namespace, String name);
}
