package io.conntracksync.e2e.report;

import java.util.stream.LongStream;

/** The times that the pictures show, the same for both runs, in milliseconds from the anchor. */
record Windows(Scale whole, Scale closeUp) {
  private static final long BEFORE = 1000;
  private static final long AFTER_LEAST = 2000;
  private static final long AFTER_MOST = 6000;

  static Windows of(Report report) {
    Timeline control = report.control().timeline();
    Timeline synced = report.synced().timeline();
    long from =
        Math.min(
            control.startedMillis() - control.anchorMillis(),
            synced.startedMillis() - synced.anchorMillis());
    long to =
        Math.max(
            control.stoppedMillis() - control.anchorMillis(),
            synced.stoppedMillis() - synced.anchorMillis());
    // Every survivor is seen coming back, unless that takes so long that it is no close-up.
    long after =
        LongStream.of(AFTER_LEAST, 2 * report.synced().longestGapMillis().max()).max().getAsLong();
    return new Windows(
        new Scale(from, Math.max(to, from + 1)), new Scale(-BEFORE, Math.min(after, AFTER_MOST)));
  }
}
