package io.conntracksync.node.table.ciliumbpf;

/**
 * In what a node's Cilium counts time: seconds since boot, or jiffies divided by 256. Counts begin
 * at some moment of the node's own and have 32 bits, so only differences mean anything, and only as
 * real time do they mean anything elsewhere. Pure.
 */
sealed interface ClockSource {
  /** How long so many units are. */
  long millis(long units);

  /** So many units are closest to that time. */
  long units(long millis);

  /** How long an entry still lives; negative when it is over. */
  default long leftMillis(int lifetime, int now) {
    return millis(lifetime - now);
  }

  /** Until when an entry lives that has so long left. */
  default int lifetime(long leftMillis, int now) {
    return now + (int) Math.min(Integer.MAX_VALUE, units(leftMillis));
  }

  /** Seconds of {@code CLOCK_MONOTONIC}. */
  record Ktime() implements ClockSource {
    private static final long MILLIS = 1000;

    @Override
    public long millis(long units) {
      return units * MILLIS;
    }

    @Override
    public long units(long millis) {
      return Math.floorDiv(millis + MILLIS / 2, MILLIS);
    }
  }

  /** Jiffies divided by 256, of which there are {@code hertz} in 256 seconds. */
  record Jiffies(int hertz) implements ClockSource {
    private static final long MILLIS_OF_256 = 256_000;

    /** From 100 to 1000 is what kernels are built with. */
    private static final int MOST_HERTZ = 10_000;

    public Jiffies {
      if (hertz < 1 || hertz > MOST_HERTZ) {
        throw new IllegalArgumentException(
            "%d jiffies a second; 1 to %d are possible".formatted(hertz, MOST_HERTZ));
      }
    }

    @Override
    public long millis(long units) {
      return units * MILLIS_OF_256 / hertz;
    }

    @Override
    public long units(long millis) {
      return Math.floorDiv(millis * hertz + MILLIS_OF_256 / 2, MILLIS_OF_256);
    }
  }
}
