package io.conntracksync.node.session;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pause of the VM that waits for its answer. */
record Switchover(
    long number, Instant askedAt, PauseWait question, CompletableFuture<PauseOutcome> outcome) {
  private static final Logger LOG = LoggerFactory.getLogger(Switchover.class);

  static Switchover at(Instant now, long number, Duration hold) {
    CompletableFuture<PauseOutcome> outcome = new CompletableFuture<>();
    return new Switchover(
        number, now, new PauseWait(hold, outcome.minimalCompletionStage()), outcome);
  }

  /**
   * The guest stands still: it is answered first, and said afterwards. Returns how long it waited.
   */
  Duration answer(PauseOutcome what, Instant now) {
    Duration waited = Duration.between(askedAt, now);
    outcome.complete(what);
    LOG.atInfo()
        .addKeyValue(LogKeys.OUTCOME, what.text())
        .addKeyValue(LogKeys.WAITED_MILLIS, waited.toMillis())
        .log("switchover answered");
    return waited;
  }
}
