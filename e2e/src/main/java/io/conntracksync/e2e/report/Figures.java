package io.conntracksync.e2e.report;

import java.util.Locale;

/** Numbers as people read them, the same in every language setting. */
final class Figures {
  private Figures() {}

  /** {@code 12 ms}, {@code 0.42 s}, {@code 12.3 s}. */
  static String time(long millis) {
    if (millis < 100) {
      return millis + " ms";
    }
    return String.format(Locale.ROOT, millis < 10_000 ? "%.2f s" : "%.1f s", millis / 1000.0);
  }

  /** {@code 3 of 4}. */
  static String part(int some, int all) {
    return some + " of " + all;
  }

  static String yesNo(boolean answer) {
    return answer ? "yes" : "no";
  }
}
