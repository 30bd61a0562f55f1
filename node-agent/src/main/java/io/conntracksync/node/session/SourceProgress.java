package io.conntracksync.node.session;

import io.conntracksync.node.table.RefusalReason;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a source session is.
 *
 * @param exported the condition Exported
 * @param rounds snapshots and batches of changes, sent and acknowledged
 * @param entriesSent entries over all rounds
 * @param bytesSent bytes over all rounds, framing included
 * @param refused entries that were not sent on the present connection, by reason
 * @param overruns how often changes came faster than they were read
 * @param deltaLag from the reading of a change to the target's word on it, the last one measured
 * @param switchover the last pause that was announced
 */
public record SourceProgress(
    Finding exported,
    int rounds,
    long entriesSent,
    long bytesSent,
    Map<RefusalReason, Long> refused,
    int overruns,
    Optional<Duration> deltaLag,
    Optional<Switchover> switchover) {
  public SourceProgress {
    Objects.requireNonNull(exported, "exported");
    Objects.requireNonNull(deltaLag, "deltaLag");
    Objects.requireNonNull(switchover, "switchover");
    refused = Map.copyOf(refused);
  }

  /** Before any change and any pause. */
  public SourceProgress(Finding exported, int rounds, long entriesSent, long bytesSent) {
    this(exported, rounds, entriesSent, bytesSent, Map.of(), 0, Optional.empty(), Optional.empty());
  }

  /** The same, and this pause. */
  public SourceProgress with(Switchover announced) {
    return new SourceProgress(
        exported,
        rounds,
        entriesSent,
        bytesSent,
        refused,
        overruns,
        deltaLag,
        Optional.of(announced));
  }

  /**
   * A pause that was announced while the sync was under way.
   *
   * @param outcome what became of the last changes; {@code NOT_SYNCING} is no outcome of a sync
   * @param announcer who told of it
   * @param waited from the announcement to the outcome; only a gate waits for it
   */
  public record Switchover(PauseOutcome outcome, PauseAnnouncer announcer, Duration waited) {
    public Switchover {
      Objects.requireNonNull(announcer, "announcer");
      Objects.requireNonNull(waited, "waited");
      if (outcome == PauseOutcome.NOT_SYNCING) {
        throw new IllegalArgumentException("a pause of a domain of no sync stands in no status");
      }
    }
  }
}
