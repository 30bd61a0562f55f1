package io.conntracksync.node.table.ciliumbpf;

/** The flag bits of an entry's value, alike in all generations unless said. */
final class CtFlags {
  static final int RX_CLOSING = 0x001;
  static final int TX_CLOSING = 0x002;

  /** 1.20: a note of the node where the flow entered. */
  static final int NEED_DSR_INFO = 0x004;

  static final int LOOPBACK = 0x008;
  static final int SEEN_NON_SYN = 0x010;
  static final int NODE_PORT = 0x020;
  static final int PROXY_REDIRECT = 0x040;

  /** The reply's source is the frontend that the entry holds. */
  static final int DSR = 0x080;

  static final int FROM_L7_BALANCER = 0x100;
  static final int FROM_TUNNEL = 0x400;

  static final int CLOSED = RX_CLOSING | TX_CLOSING;
  static final int PROXIED = PROXY_REDIRECT | FROM_L7_BALANCER;

  /** Those that mean the same on another node. The others are the source node's own business. */
  static final int CARRIED = CLOSED | LOOPBACK | SEEN_NON_SYN | PROXIED | DSR | FROM_TUNNEL;

  /** The others, which stay as the node has them: with the bits that it cannot tell elsewhere. */
  static int ownOf(Generation generation) {
    return ~CARRIED | (generation.holdsNat() ? 0 : DSR);
  }

  private CtFlags() {}
}
