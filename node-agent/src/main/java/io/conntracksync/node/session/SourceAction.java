package io.conntracksync.node.session;

import java.time.Duration;

/** What a source session wants done; answered by an event of the same attempt. */
sealed interface SourceAction {
  record Connect(int attempt, Endpoint endpoint) implements SourceAction {}

  /** Sends a snapshot and, from then on, what changes, until the connection ends. */
  record Export(int attempt) implements SourceAction {}

  /** Has everything up to now sent and acknowledged. */
  record Drain(long switchover) implements SourceAction {}

  record AnswerSwitchover(long switchover, PauseOutcome outcome) implements SourceAction {}

  record Pause(int attempt, Duration duration) implements SourceAction {}

  /** Closes the connection, at once. */
  record HangUp() implements SourceAction {}

  /** Says how the sync ended, then closes the connection. */
  record SayBye(Conclusion conclusion) implements SourceAction {}

  /** Tells the observer. */
  record Report() implements SourceAction {}
}
