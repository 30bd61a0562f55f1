package io.conntracksync.node.table.netfilter;

/**
 * By how much a helper moved one direction's sequence numbers: all unsigned 32 bits, the offsets
 * before and after the position.
 */
record SequenceAdjustment(int position, int before, int after) {
  static final SequenceAdjustment NONE = new SequenceAdjustment(0, 0, 0);
}
