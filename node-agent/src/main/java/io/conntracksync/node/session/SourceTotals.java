package io.conntracksync.node.session;

import io.conntracksync.node.table.RefusalReason;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a source session has sent over all connections.
 *
 * @param rounds rounds acknowledged
 * @param entries entries of those rounds
 * @param bytes bytes of those rounds
 * @param refused what was not sent on the connection that counts, by reason
 * @param overruns how often changes were lost, and the table compared
 * @param deltaLag the last one that was measured
 */
record SourceTotals(
    int rounds,
    long entries,
    long bytes,
    Map<RefusalReason, Long> refused,
    int overruns,
    Optional<Duration> deltaLag) {
  static final SourceTotals NONE = new SourceTotals(0, 0, 0, Map.of(), 0, Optional.empty());

  SourceTotals {
    refused = Map.copyOf(refused);
  }

  SourceTotals plus(SourceRound round) {
    return new SourceTotals(
        rounds + 1,
        entries + round.entries(),
        bytes + round.bytes(),
        round.refused(),
        overruns + round.overruns(),
        round.lag().or(() -> deltaLag));
  }
}
