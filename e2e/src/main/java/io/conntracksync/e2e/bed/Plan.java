package io.conntracksync.e2e.bed;

/**
 * Who is where in the bed.
 *
 * <pre>
 *   client ──┐                       fabric: bridge br0, forwards; one host route per guest address
 * 10.10.0.50 │    ┌── nodea 10.10.0.11   vmbr 10.30.0.1 ── guest 10.30.0.100
 *            └ br0┤
 *                 └── nodeb 10.10.0.12   vmbr 10.30.0.1 ── (the guest arrives here)
 * </pre>
 *
 * With the masquerade binding a pod on each node has the guest's addresses, and the guest is behind
 * it, see {@link Pod}.
 *
 * <p>Both nodes have the same gateway addresses and the same MAC on their guest bridge, as a routed
 * anycast gateway has: the guest's ARP and neighbour entries stay right after its move.
 */
final class Plan {
  /** Every network namespace of the bed starts with it; leftovers are found by it. */
  static final String PREFIX = "cts-";

  static final String NAME_A = "nodea";
  static final String NAME_B = "nodeb";

  static final DualStack FABRIC = new DualStack("10.10.0.1", "fd00:10::1");
  static final String MACHINE = "10.10.0.2";
  static final DualStack CLIENT = new DualStack("10.10.0.50", "fd00:10::50");
  static final DualStack NODE_A = new DualStack("10.10.0.11", "fd00:10::11");
  static final DualStack NODE_B = new DualStack("10.10.0.12", "fd00:10::12");
  static final DualStack GATEWAY = new DualStack("10.30.0.1", "fd00:30::1");
  static final DualStack GUEST = new DualStack("10.30.0.100", "fd00:30::100");

  /** Services of the cluster, where a data path knows any. */
  static final DualStack SERVICE = new DualStack("10.96.0.10", "fd00:96::10");

  static final DualStack OTHER_SERVICE = new DualStack("10.96.0.20", "fd00:96::20");

  /** Between the pods of masqueraded guests, for migrations alone. */
  private static final String MIGRATION_NETWORK = "10.20.0.";

  static final String GUEST_BRIDGE = "vmbr";
  static final String UPLINK = "up0";
  static final String GATEWAY_MAC = "02:00:00:00:00:01";
  static final String GUEST_MAC = "02:00:00:00:01:00";

  /** Where QEMU of the target listens for the memory of the guest. */
  static final int MIGRATION_PORT = 49152;

  private Plan() {}

  /** Of the pod on that node, in the network of migrations. */
  static String migrationAddress(String node) {
    return MIGRATION_NETWORK + (node.equals("nodea") ? "11" : "12");
  }

  /** With the prefix length of its network, as {@code ip addr add} wants it. */
  static DualStack withPrefixLength(DualStack address) {
    return new DualStack(address.v4() + "/24", address.v6() + "/64");
  }
}
