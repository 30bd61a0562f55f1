package io.conntracksync.node.session;

import io.conntracksync.node.table.RefusalReason;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a target session has counted.
 *
 * @param receivedEver entries over all connections
 * @param inTable entries of this sync in the table, each once
 * @param received entries of the present connection
 * @param applied those of them that were applied
 * @param refused those that were not, by reason
 */
record TargetCounts(
    long receivedEver,
    long inTable,
    long received,
    long applied,
    Map<RefusalReason, Long> refused) {
  static final TargetCounts NONE = new TargetCounts(0, 0, 0, 0, Map.of());

  TargetCounts {
    refused = Map.copyOf(refused);
  }

  /** A new connection begins with a new snapshot: what counts is what comes now. */
  TargetCounts ofNewConnection() {
    return new TargetCounts(receivedEver, inTable, 0, 0, Map.of());
  }

  TargetCounts after(TargetEvent.Removed removal) {
    return new TargetCounts(receivedEver, removal.inTable(), received, applied, refused);
  }

  TargetCounts plus(TargetEvent.Batch batch) {
    Map<RefusalReason, Long> sum = new EnumMap<>(RefusalReason.class);
    sum.putAll(refused);
    batch.refused().forEach((reason, count) -> sum.merge(reason, (long) count, Long::sum));
    return new TargetCounts(
        receivedEver + batch.received(),
        batch.inTable(),
        received + batch.received(),
        applied + batch.applied(),
        sum);
  }
}
