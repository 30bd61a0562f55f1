package io.conntracksync.operator.program;

/** Why the program cannot go on by itself. */
enum StopReason {
  /** Another operator leads now. */
  LEADERSHIP_LOST,
  /** A watch ended for good; blind, nothing may be decided. */
  WATCH_ENDED
}
