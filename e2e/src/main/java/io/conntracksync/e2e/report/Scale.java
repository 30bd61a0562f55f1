package io.conntracksync.e2e.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A window of time, in milliseconds from the anchor, laid over the whole width. Positions are
 * percent: the picture grows with the page while its text keeps its size.
 */
record Scale(long from, long to) {
  private static final long[] STEPS = {
    100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000
  };
  private static final int MOST_TICKS = 8;

  Scale {
    if (to <= from) {
      throw new IllegalArgumentException("an empty window: " + from + " to " + to);
    }
  }

  double position(long time) {
    long inside = Math.max(from, Math.min(to, time));
    return 100.0 * (inside - from) / (to - from);
  }

  String x(long time) {
    return percent(position(time));
  }

  String width(long start, long end) {
    return percent(position(end) - position(start));
  }

  boolean shows(long start, long end) {
    return end >= from && start <= to;
  }

  List<Long> ticks() {
    long step = STEPS[STEPS.length - 1];
    for (int i = STEPS.length - 1; i >= 0 && (to - from) / STEPS[i] <= MOST_TICKS; i--) {
      step = STEPS[i];
    }
    List<Long> ticks = new ArrayList<>();
    for (long tick = -Math.floorDiv(-from, step) * step; tick <= to; tick += step) {
      ticks.add(tick);
    }
    return ticks;
  }

  static String percent(double value) {
    return String.format(Locale.ROOT, "%.3f%%", value);
  }
}
