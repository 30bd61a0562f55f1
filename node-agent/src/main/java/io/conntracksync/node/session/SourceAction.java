package io.conntracksync.node.session;

import java.time.Duration;

/** What a source session wants done; answered by an event of the same attempt. */
sealed interface SourceAction {
  record Connect(int attempt, Endpoint endpoint) implements SourceAction {}

  /** Takes a snapshot, sends it, and waits for the acknowledgement. */
  record SendSnapshot(int attempt) implements SourceAction {}

  /** Watches the connection. Deltas will go out here, as further rounds. */
  record StandBy(int attempt) implements SourceAction {}

  record Pause(int attempt, Duration duration) implements SourceAction {}

  /** Closes the connection, at once. */
  record HangUp() implements SourceAction {}

  /** Says how the sync ended, then closes the connection. */
  record SayBye(Conclusion conclusion) implements SourceAction {}

  /** Tells the observer. */
  record Report() implements SourceAction {}
}
