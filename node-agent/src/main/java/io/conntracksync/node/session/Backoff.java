package io.conntracksync.node.session;

import java.time.Duration;

/**
 * How long to pause before the next attempt. The first pauses are short: source and target learn of
 * the assignment at the same moment, and the source is often there before the target listens.
 */
final class Backoff {
  static final Duration LONGEST = Duration.ofSeconds(5);
  private static final long FIRST_MILLIS = 20;
  private static final int DOUBLINGS = 8;

  private Backoff() {}

  /** The pause after so many failures in a row, at least one. */
  static Duration after(int failures) {
    int doublings = Math.min(Math.max(failures, 1) - 1, DOUBLINGS);
    Duration pause = Duration.ofMillis(FIRST_MILLIS << doublings);
    return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
  }
}
