package io.conntracksync.node.table.netfilter;

/**
 * The 128 label bits, as two halves of the 16 bytes in the order in which the kernel shows them.
 */
record Labels(long first, long second) {
  static final int LENGTH = 16;
  static final Labels NONE = new Labels(0, 0);
}
