package io.conntracksync.node.table.netfilter;

/**
 * Bits of an entry's status, {@code IPS_*} in linux/netfilter/nf_conntrack_common.h, and which of
 * them travel.
 */
final class Status {
  static final int SEEN_REPLY = 0x2;
  static final int ASSURED = 0x4;
  static final int CONFIRMED = 0x8;
  static final int SRC_NAT = 0x10;
  static final int DST_NAT = 0x20;
  static final int DYING = 0x200;
  static final int FIXED_TIMEOUT = 0x400;
  static final int OFFLOAD = 0x4000;

  /** What the kernel takes as it is. */
  static final int SETTABLE = SEEN_REPLY | ASSURED | FIXED_TIMEOUT;

  /** What the kernel ignores in a status; it sets them where a NAT attribute comes along. */
  static final int NAT = SRC_NAT | DST_NAT;

  /** What a {@link Flow} keeps. The rest is the kernel's own business. */
  static final int CARRIED = SETTABLE | NAT;

  private Status() {}
}
