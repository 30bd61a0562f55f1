package io.conntracksync.e2e.switchover;

import java.util.List;

/** How long something took, in milliseconds; a percentile is a sample that was really seen. */
record Distribution(int count, double median, double p90, double p99, double max) {
  static Distribution ofNanos(List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Distribution(
        sorted.length, at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
  }

  // The smallest sample that this share of all does not exceed.
  private static double at(long[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, rank - 1)] / 1e6;
  }
}
