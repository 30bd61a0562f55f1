package io.conntracksync.node.table.netfilter;

/** Protocol numbers that connection tracking treats in a way of their own (IANA). */
final class Protocol {
  static final int ICMP = 1;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int DCCP = 33;
  static final int GRE = 47;
  static final int ICMPV6 = 58;
  static final int SCTP = 132;
  static final int UDP_LITE = 136;

  private Protocol() {}

  /** Whether flows of it are told apart by two 16-bit numbers: ports, or GRE's keys. */
  static boolean hasPorts(int protocol) {
    return switch (protocol) {
      case TCP, UDP, GRE, SCTP, UDP_LITE -> true;
      default -> false;
    };
  }

  /** Whether flows of it are told apart by identifier, type and code. */
  static boolean isIcmp(int protocol) {
    return protocol == ICMP || protocol == ICMPV6;
  }
}
