package io.conntracksync.node.session;

import io.conntracksync.node.table.RefusalReason;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What was sent between two barriers.
 *
 * @param bytes with their framing
 * @param refused what was not sent on this connection so far, by reason
 * @param overruns how often changes came faster than they were read
 * @param lag from the reading of a change to the target's word on it, where it was measured
 */
record SourceRound(
    long entries,
    long bytes,
    Map<RefusalReason, Long> refused,
    int overruns,
    Optional<Duration> lag,
    Acknowledgement answer) {
  SourceRound {
    refused = Map.copyOf(refused);
  }
}
