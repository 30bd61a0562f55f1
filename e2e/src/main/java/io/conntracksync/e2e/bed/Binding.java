package io.conntracksync.e2e.bed;

/**
 * How the guest is connected, in KubeVirt's words.
 *
 * @param guest the addresses that the guest gives itself
 * @param gateway its way out
 * @param bridge that its interface is on
 */
public record Binding(DualStack guest, DualStack gateway, String bridge) {
  /** The guest has the VM's addresses itself and is on the node's bridge; there is no pod. */
  public static final Binding BRIDGE = new Binding(Plan.GUEST, Plan.GATEWAY, Plan.GUEST_BRIDGE);

  /**
   * A pod has the VM's addresses. The guest is behind it, with KubeVirt's usual internal addresses,
   * and so is its libvirt.
   */
  public static final Binding MASQUERADE =
      new Binding(
          new DualStack("10.0.2.2", "fd10:0:2::2"),
          new DualStack("10.0.2.1", "fd10:0:2::1"),
          "k6t-eth0");
}
