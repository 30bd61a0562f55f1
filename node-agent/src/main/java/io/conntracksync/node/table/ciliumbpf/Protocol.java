package io.conntracksync.node.table.ciliumbpf;

import java.util.List;

/** Numbers of protocols, as IANA gives them. */
final class Protocol {
  /** In service and backend maps: whatever it is. */
  static final int ANY = 0;

  static final int ICMP = 1;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMPV6 = 58;
  static final int SCTP = 132;

  /** What a service can have. */
  static final List<Integer> OF_SERVICES = List.of(TCP, UDP, SCTP, ANY);

  private Protocol() {}

  static boolean isIcmp(int protocol) {
    return protocol == ICMP || protocol == ICMPV6;
  }
}
