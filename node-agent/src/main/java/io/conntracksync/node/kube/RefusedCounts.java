package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.RefusedCount;
import io.conntracksync.node.table.RefusalReason;
import java.util.List;
import java.util.Map;

/** Counts of entries by reason as the status shows them. */
final class RefusedCounts {
  private RefusedCounts() {}

  /** Sorted, so that equal counts are equal lists. */
  static List<RefusedCount> of(Map<RefusalReason, Long> counts) {
    return counts.entrySet().stream()
        .filter(count -> count.getValue() > 0)
        .sorted(Map.Entry.comparingByKey())
        .map(count -> new RefusedCount(count.getKey().text(), count.getValue()))
        .toList();
  }
}
