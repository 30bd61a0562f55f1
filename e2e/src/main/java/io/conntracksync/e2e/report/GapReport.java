package io.conntracksync.e2e.report;

import io.conntracksync.e2e.traffic.Flow;
import java.util.List;

/** The longest silence of each connection, over all connections, in milliseconds. */
public record GapReport(long median, long max) {
  /** Of no connections: zeros. With an even number the median is the mean of the middle two. */
  static GapReport of(List<Flow> flows) {
    long[] gaps = flows.stream().mapToLong(Flow::longestGapMillis).sorted().toArray();
    if (gaps.length == 0) {
      return new GapReport(0, 0);
    }
    int middle = gaps.length / 2;
    long median = gaps.length % 2 == 1 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2;
    return new GapReport(median, gaps[gaps.length - 1]);
  }
}
