package io.conntracksync.node.session;

import io.conntracksync.node.table.TableFault;

/** What can happen to a source session. Those with an attempt speak of that connection only. */
sealed interface SourceEvent {
  /** The target has accepted us. */
  record Connected(int attempt) implements SourceEvent {}

  record Unreachable(int attempt, String cause) implements SourceEvent {}

  record Refused(int attempt, String text) implements SourceEvent {}

  /** A round was sent and acknowledged. */
  record Acknowledged(int attempt, SourceRound round) implements SourceEvent {}

  /** Everything up to the pause of that switchover was acknowledged. */
  record Drained(int attempt, long switchover) implements SourceEvent {}

  /** The VM stops, or has stopped. Numbers rise from 1. */
  record SwitchoverAsked(long switchover) implements SourceEvent {}

  record SwitchoverDeadline(long switchover) implements SourceEvent {}

  /** The target knows already that the sync is over. */
  record PeerDone(int attempt) implements SourceEvent {}

  record Lost(int attempt, String cause) implements SourceEvent {}

  record TableFailed(int attempt, TableFault fault, String cause) implements SourceEvent {}

  record PauseOver(int attempt) implements SourceEvent {}

  record Reassigned(Endpoint endpoint) implements SourceEvent {}

  record Concluded(Conclusion conclusion) implements SourceEvent {}
}
