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
 * @param switchover the last pause that was asked about
 */
public record SourceProgress(
    Finding exported,
    int rounds,
    long entriesSent,
    long bytesSent,
    Map<RefusalReason, Long> refused,
    Optional<Switchover> switchover) {
  public SourceProgress {
    Objects.requireNonNull(exported, "exported");
    Objects.requireNonNull(switchover, "switchover");
    refused = Map.copyOf(refused);
  }

  /** Before any pause, with nothing refused. */
  public SourceProgress(Finding exported, int rounds, long entriesSent, long bytesSent) {
    this(exported, rounds, entriesSent, bytesSent, Map.of(), Optional.empty());
  }

  /** The same, and this pause. */
  public SourceProgress with(Switchover asked) {
    return new SourceProgress(
        exported, rounds, entriesSent, bytesSent, refused, Optional.of(asked));
  }

  /**
   * A pause that was asked about while the sync was under way.
   *
   * @param outcome what was answered; {@code NOT_SYNCING} is no outcome of a sync
   * @param waited from the question to the answer
   */
  public record Switchover(PauseOutcome outcome, Duration waited) {
    public Switchover {
      Objects.requireNonNull(waited, "waited");
      if (outcome == PauseOutcome.NOT_SYNCING) {
        throw new IllegalArgumentException("a pause of a domain of no sync stands in no status");
      }
    }
  }
}
