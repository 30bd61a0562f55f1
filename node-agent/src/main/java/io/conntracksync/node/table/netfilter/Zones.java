package io.conntracksync.node.table.netfilter;

/**
 * The zones of a flow's two directions, 0..65535; 0 is the default zone. The kernel knows a zone
 * for both directions or for one, so they are equal or one of them is 0.
 */
record Zones(int original, int reply) {
  static final Zones DEFAULT = new Zones(0, 0);

  /** The zone of both directions, or 0 where only one direction has one. */
  int shared() {
    return original == reply ? original : 0;
  }

  /** The zone that only the original direction has, or 0. */
  int originalOnly() {
    return reply == 0 ? original : 0;
  }

  /** The zone that only the reply direction has, or 0. */
  int replyOnly() {
    return original == 0 ? reply : 0;
  }
}
