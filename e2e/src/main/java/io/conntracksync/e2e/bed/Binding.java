package io.conntracksync.e2e.bed;

/** How the guest is connected, in KubeVirt's words: its addresses and its bridge. */
public enum Binding {
  /** The guest has the VM's addresses itself and is on the node's bridge; there is no pod. */
  BRIDGE(Plan.GUEST, Plan.GATEWAY, Plan.GUEST_BRIDGE),

  /**
   * A pod has the VM's addresses. The guest is behind it, with KubeVirt's usual internal addresses,
   * and so is its libvirt.
   */
  MASQUERADE(
      new DualStack("10.0.2.2", "fd10:0:2::2"),
      new DualStack("10.0.2.1", "fd10:0:2::1"),
      "k6t-eth0");

  private final DualStack guest;
  private final DualStack gateway;
  private final String bridge;

  Binding(DualStack guest, DualStack gateway, String bridge) {
    this.guest = guest;
    this.gateway = gateway;
    this.bridge = bridge;
  }

  /** The addresses that the guest gives itself. */
  DualStack guest() {
    return guest;
  }

  DualStack gateway() {
    return gateway;
  }

  String bridge() {
    return bridge;
  }
}
