package io.conntracksync.e2e.bed;

/**
 * The rules of a node's firewall, as {@code nft -f} reads them. A connection whose entry is not in
 * the node's table dies here: new flows need a real SYN (TCP) or must come from the guest (UDP).
 *
 * <p>A rule such as {@code ct state new accept} would look like a firewall and prove nothing: with
 * the kernel's default {@code nf_conntrack_tcp_loose=1} it picks up any connection in mid-stream.
 */
final class FirewallRules {
  /** Per namespace: a packet in the middle of an unknown connection is invalid, not new. */
  static final String STRICT_TCP = "net.netfilter.nf_conntrack_tcp_loose=0";

  static final String TABLE = "fw";

  private FirewallRules() {}

  /** Replaces the whole table, so that the counters start at zero. */
  static String text() {
    return """
    add table inet %1$s
    delete table inet %1$s
    table inet %1$s {
      counter est {}
      counter new {}
      counter dropped {}
      counter dropped-tcp {}
      counter dropped-udp {}
      chain forward {
        type filter hook forward priority filter; policy drop;
        # Also ICMP errors about known flows, such as "packet too big". Neighbour discovery
        # is not forwarded and so never comes here.
        ct state established,related counter name est accept
        ct state new tcp flags & (fin|syn|rst|ack) == syn counter name new accept
        ct state new iifname "%2$s" meta l4proto udp counter name new accept
        counter name dropped
        meta l4proto tcp counter name dropped-tcp
        meta l4proto udp counter name dropped-udp
      }
    }
    """
        .formatted(TABLE, Plan.GUEST_BRIDGE);
  }
}
