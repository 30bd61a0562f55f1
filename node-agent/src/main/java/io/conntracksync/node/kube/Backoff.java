package io.conntracksync.node.kube;

import java.time.Duration;

/** Pauses between tries: doubling from the first to the longest. */
record Backoff(Duration first, Duration longest) {
  private static final int DOUBLINGS = 16;

  /** The pause after so many tries in a row that failed, at least one. */
  Duration after(int failures) {
    Duration pause = first.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}
