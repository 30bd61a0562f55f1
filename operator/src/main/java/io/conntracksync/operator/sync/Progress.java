package io.conntracksync.operator.sync;

/** How far the agents are with the assigned port, by their own parts of the status. */
enum Progress {
  /** Nothing was sent yet. */
  NONE,
  /** The target cannot bind the assigned port. */
  PORT_IN_USE,
  /** Entries are on their way. */
  FLOWING,
  /** The target has them. */
  IMPORTED
}
