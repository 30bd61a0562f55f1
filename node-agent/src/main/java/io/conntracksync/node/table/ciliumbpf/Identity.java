package io.conntracksync.node.table.ciliumbpf;

/**
 * Whom Cilium takes the initiator for. Numbers whose top byte is 1 (a CIDR) or 2 (another node) are
 * given by each node for itself: those do not travel, the target looks its own up.
 *
 * @param number 0 when it is the node's own
 */
record Identity(Scope scope, int number) {
  enum Scope {
    CLUSTER,
    NODE
  }

  static final Identity OF_NODE = new Identity(Scope.NODE, 0);

  /** Everybody outside, where nothing better is known. */
  static final int WORLD = 2;

  private static final int SCOPE_SHIFT = 24;
  private static final int CIDR = 1;
  private static final int REMOTE_NODE = 2;

  static Identity of(int number) {
    return isOfNode(number) ? OF_NODE : new Identity(Scope.CLUSTER, number);
  }

  static boolean isOfNode(int number) {
    int scope = number >>> SCOPE_SHIFT;
    return scope == CIDR || scope == REMOTE_NODE;
  }
}
