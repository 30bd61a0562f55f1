package io.conntracksync.node.session;

import java.time.Duration;

/** What a target session wants done. */
sealed interface TargetAction {
  record Listen(int opening, Endpoint endpoint) implements TargetAction {}

  record ListenLater(int opening, Duration pause) implements TargetAction {}

  /** Ends the listening and every connection, at once. */
  record StopListening() implements TargetAction {}

  /** Says how the sync ended, then ends the listening and every connection. */
  record SayBye(Conclusion conclusion) implements TargetAction {}

  record Answer(long hook, HookVerdict verdict) implements TargetAction {}

  /** Counts this sync's entries in the table. */
  record Verify() implements TargetAction {}

  record CleanUp(Conclusion conclusion) implements TargetAction {}

  record CleanUpLater(Duration pause) implements TargetAction {}

  /** Looks after the entries for a moment: puts back what was taken out. */
  record Reassert() implements TargetAction {}

  /** Tells the observer. */
  record Report() implements TargetAction {}

  /** Forgets the session. */
  record Forget() implements TargetAction {}
}
