package io.conntracksync.node.agent;

import io.conntracksync.node.gatekeeping.GateAnswer;
import io.conntracksync.node.gatekeeping.GateDesk;
import io.conntracksync.node.gatekeeping.Pending;
import io.conntracksync.node.session.PauseWait;
import io.conntracksync.node.session.SourceSessions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Answers gates from the source sessions. */
final class SessionGateDesk implements GateDesk {
  private final SourceSessions sessions;

  SessionGateDesk(SourceSessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public Pending<GateAnswer> paused(String domain, String uuid) {
    PauseWait wait = sessions.paused(domain, uuid);
    return new Pending<>() {
      @Override
      public Optional<Duration> hold() {
        return wait.hold().isZero() ? Optional.empty() : Optional.of(wait.hold());
      }

      @Override
      public CompletionStage<GateAnswer> answer() {
        return wait.outcome().thenApply(outcome -> new GateAnswer(outcome.text()));
      }

      @Override
      public void forget() {
        // The last changes are wanted on the target whoever waits for them.
      }
    };
  }
}
