package io.conntracksync.node.session;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The question of one switchover: how long it may be held at most, and what is to be said then.
 *
 * @param hold counted from when it was asked; zero when the outcome is known already
 * @param outcome always completes, and within {@code hold}; in a thread that must not be held up
 */
public record PauseWait(Duration hold, CompletionStage<PauseOutcome> outcome) {
  public PauseWait {
    Objects.requireNonNull(hold, "hold");
    Objects.requireNonNull(outcome, "outcome");
  }

  static PauseWait answered(PauseOutcome outcome) {
    return new PauseWait(Duration.ZERO, CompletableFuture.completedStage(outcome));
  }
}
