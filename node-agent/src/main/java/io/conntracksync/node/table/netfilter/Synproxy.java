package io.conntracksync.node.table.netfilter;

/** What a SYN proxy needs to translate: initial sequence, timestamp, timestamp offset; 32 bits. */
record Synproxy(int initialSequence, int initialTimestamp, int timestampOffset) {
  static final Synproxy NONE = new Synproxy(0, 0, 0);
}
