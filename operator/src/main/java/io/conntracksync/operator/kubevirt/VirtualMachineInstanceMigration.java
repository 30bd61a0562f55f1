package io.conntracksync.operator.kubevirt;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** The wish to move a VM, and how far it is. */
@Group(KubeVirt.GROUP)
@Version(KubeVirt.VERSION)
@Kind("VirtualMachineInstanceMigration")
@Singular("virtualmachineinstancemigration")
@Plural("virtualmachineinstancemigrations")
public class VirtualMachineInstanceMigration extends CustomResource<MigrationSpec, MigrationStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}
