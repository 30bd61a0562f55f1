package io.conntracksync.node.table.ciliumapi;

/** The bits of an entry that matter to another node. Source: facts/cilium.md, 3.2 and 7. */
final class FlowBits {
  static final int RX_CLOSING = 0x001;
  static final int TX_CLOSING = 0x002;
  static final int NEED_DSR_INFO = 0x004;
  static final int SEEN_NON_SYN = 0x010;
  static final int NODE_PORT = 0x020;
  static final int PROXY_REDIRECT = 0x040;
  static final int FROM_L7_BALANCER = 0x100;

  private FlowBits() {}

  static boolean anyOf(int bits, int wanted) {
    return (bits & wanted) != 0;
  }

  static boolean allOf(int bits, int wanted) {
    return (bits & wanted) == wanted;
  }
}
