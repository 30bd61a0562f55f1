package io.conntracksync.node.session;

import io.conntracksync.node.table.RefusalReason;
import java.util.Map;

/** What can happen to a source session. Those with an attempt speak of that connection only. */
sealed interface SourceEvent {
  /** The target has accepted us. */
  record Connected(int attempt) implements SourceEvent {}

  record Unreachable(int attempt, String cause) implements SourceEvent {}

  record Refused(int attempt, String text) implements SourceEvent {}

  /**
   * A round was sent and acknowledged: so many entries, and bytes with their framing.
   *
   * @param refused what was not sent on this connection, by reason
   */
  record Acknowledged(
      int attempt,
      long entries,
      long bytes,
      Acknowledgement answer,
      Map<RefusalReason, Long> refused)
      implements SourceEvent {
    public Acknowledged {
      refused = Map.copyOf(refused);
    }
  }

  /** Everything up to the pause of that switchover was acknowledged. */
  record Drained(int attempt, long switchover) implements SourceEvent {}

  /** The VM stops. Numbers rise from 1. */
  record SwitchoverAsked(long switchover) implements SourceEvent {}

  record SwitchoverDeadline(long switchover) implements SourceEvent {}

  /** The target knows already that the sync is over. */
  record PeerDone(int attempt) implements SourceEvent {}

  record Lost(int attempt, String cause) implements SourceEvent {}

  record TableFailed(int attempt, String cause) implements SourceEvent {}

  record PauseOver(int attempt) implements SourceEvent {}

  record Reassigned(Endpoint endpoint) implements SourceEvent {}

  record Concluded(Conclusion conclusion) implements SourceEvent {}
}
