package io.conntracksync.node.table.netfilter;

/** What the kernel corrects in the packets of a flow, beyond addresses and ports. */
record Corrections(SequenceAdjustment original, SequenceAdjustment reply, Synproxy synproxy) {
  static final Corrections NONE =
      new Corrections(SequenceAdjustment.NONE, SequenceAdjustment.NONE, Synproxy.NONE);
}
