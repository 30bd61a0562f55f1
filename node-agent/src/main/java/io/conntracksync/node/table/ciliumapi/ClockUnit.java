package io.conntracksync.node.table.ciliumapi;

/**
 * The unit of Cilium's lifetimes: seconds, or jiffies divided by 256, whichever clock its agent has
 * chosen for its datapath. Source: facts/cilium.md, 6.
 *
 * @param jiffiesPerSecond of the kernel; 0 for seconds
 */
record ClockUnit(int jiffiesPerSecond) {
  static final ClockUnit SECONDS = new ClockUnit(0);

  private static final int JIFFIES_PER_UNIT = 256;
  private static final int MAX_HERTZ = 10_000;
  private static final long MILLIS_PER_SECOND = 1000;

  ClockUnit {
    if (jiffiesPerSecond < 0 || jiffiesPerSecond > MAX_HERTZ) {
      throw new IllegalArgumentException("no kernel has " + jiffiesPerSecond + " jiffies a second");
    }
  }

  long toMillis(int units) {
    long unsigned = Integer.toUnsignedLong(units);
    return jiffiesPerSecond == 0
        ? unsigned * MILLIS_PER_SECOND
        : unsigned * JIFFIES_PER_UNIT * MILLIS_PER_SECOND / jiffiesPerSecond;
  }

  /** To the nearest unit; what is beyond the largest, is the largest. */
  int toUnits(long millis) {
    long numerator = jiffiesPerSecond == 0 ? millis : millis * jiffiesPerSecond;
    long denominator =
        jiffiesPerSecond == 0 ? MILLIS_PER_SECOND : MILLIS_PER_SECOND * JIFFIES_PER_UNIT;
    return (int) Math.min((numerator + denominator / 2) / denominator, Integer.MAX_VALUE);
  }
}
