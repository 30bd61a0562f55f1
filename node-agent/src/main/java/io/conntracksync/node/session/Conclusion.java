package io.conntracksync.node.session;

/** How a sync ended, as far as the agents act on it. */
public enum Conclusion {
  /** The VM runs on the target: its entries stay. */
  KEEP,
  /** The VM does not: what this sync created on the target is taken out again. */
  ROLL_BACK
}
