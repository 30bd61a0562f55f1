package io.conntracksync.operator.kubevirt;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A running VM. Its spec is not read: {@link Void} drops it while decoding. */
@Group(KubeVirt.GROUP)
@Version(KubeVirt.VERSION)
@Kind("VirtualMachineInstance")
@Singular("virtualmachineinstance")
@Plural("virtualmachineinstances")
public class VirtualMachineInstance extends CustomResource<Void, InstanceStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}
