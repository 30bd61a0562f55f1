package io.conntracksync.node.session;

import io.conntracksync.node.table.RefusalReason;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How far a target session is.
 *
 * @param imported the condition Imported; reason {@code PortInUse} asks the operator for another
 *     port
 * @param port the assigned port that this speaks of; 0 when this process only cleaned up after an
 *     earlier one, and has received nothing
 * @param entriesReceived entries over all rounds
 * @param entriesApplied entries of this sync in the table
 * @param refused entries not applied, by reason
 * @param verified entries of this sync that a dump after the import showed
 * @param hook what the waiting hook was answered
 * @param cleanup what became of the entries at the end
 * @param reasserted entries put back after that, because something had taken them out
 */
public record TargetProgress(
    Finding imported,
    int port,
    long entriesReceived,
    long entriesApplied,
    Map<RefusalReason, Long> refused,
    Optional<Long> verified,
    Optional<HookAnswer> hook,
    Optional<Cleanup> cleanup,
    long reasserted) {
  public TargetProgress {
    refused = Map.copyOf(refused);
  }

  /** What the hook was answered, and how long it had waited. */
  public record HookAnswer(Outcome outcome, Duration waited) {
    /** As in the API. */
    public enum Outcome {
      IMPORTED,
      DEADLINE_EXCEEDED,
      ABORTED,
      FAILED
    }
  }

  /** What became of the imported entries, and of how many. */
  public record Cleanup(Conclusion conclusion, long entries) {}
}
