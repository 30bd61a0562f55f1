package io.conntracksync.e2e.bed;

import java.util.Optional;

/**
 * How the guest is connected, in KubeVirt's words.
 *
 * @param guest the addresses that the guest gives itself
 * @param gateway its way out
 * @param bridge that its interface is on
 * @param tap made on that bridge beforehand, because its libvirt may not; empty: libvirt makes one
 */
public record Binding(DualStack guest, DualStack gateway, String bridge, Optional<String> tap) {
  /** The guest has the VM's addresses itself and is on the node's bridge; there is no pod. */
  public static final Binding BRIDGE =
      new Binding(Plan.GUEST, Plan.GATEWAY, Plan.GUEST_BRIDGE, Optional.empty());

  /**
   * A pod has the VM's addresses. The guest is behind it, with KubeVirt's usual internal addresses,
   * and its libvirt is that of a launcher.
   */
  public static final Binding MASQUERADE =
      new Binding(
          new DualStack("10.0.2.2", "fd10:0:2::2"),
          new DualStack("10.0.2.1", "fd10:0:2::1"),
          "k6t-eth0",
          Optional.of("tap0"));
}
