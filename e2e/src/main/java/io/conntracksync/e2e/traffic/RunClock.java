package io.conntracksync.e2e.traffic;

import java.util.concurrent.TimeUnit;

/**
 * Milliseconds since the run's start. Tied to the wall clock once, so that the times line up with
 * phases noted by other programs, and counted by the monotonic clock from then on, so that a
 * corrected wall clock makes no gap.
 */
final class RunClock {
  private final long startedMillis = System.currentTimeMillis();
  private final long startedNanos = System.nanoTime();

  long startedMillis() {
    return startedMillis;
  }

  long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
  }
}
