package io.conntracksync.node.session;

import java.time.Duration;
import java.util.Optional;

/**
 * What a source session has sent over all connections.
 *
 * @param rounds rounds acknowledged
 * @param entries entries of those rounds
 * @param bytes bytes of those rounds
 * @param overruns how often changes were lost, and the table compared
 * @param deltaLag the last one that was measured
 */
record SourceTotals(
    int rounds, long entries, long bytes, int overruns, Optional<Duration> deltaLag) {
  static final SourceTotals NONE = new SourceTotals(0, 0, 0, 0, Optional.empty());

  SourceTotals plus(SourceRound round) {
    return new SourceTotals(
        rounds + 1,
        entries + round.entries(),
        bytes + round.bytes(),
        overruns + round.overruns(),
        round.lag().or(() -> deltaLag));
  }
}
