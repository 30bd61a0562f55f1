package io.conntracksync.node.session;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pause of the VM whose last changes are on their way. */
record Switchover(
    long number,
    PauseAnnouncer announcer,
    Instant announcedAt,
    PauseWait question,
    CompletableFuture<PauseOutcome> outcome) {
  private static final Logger LOG = LoggerFactory.getLogger(Switchover.class);

  static Switchover at(Instant now, long number, PauseAnnouncer announcer, Duration patience) {
    CompletableFuture<PauseOutcome> outcome = new CompletableFuture<>();
    return new Switchover(
        number, announcer, now, new PauseWait(patience, outcome.minimalCompletionStage()), outcome);
  }

  /**
   * The guest may stand still for it: it is answered first, and said afterwards. Returns how long
   * that took.
   */
  Duration answer(PauseOutcome what, Instant now) {
    Duration waited = Duration.between(announcedAt, now);
    outcome.complete(what);
    LOG.atInfo()
        .addKeyValue(LogKeys.OUTCOME, what.text())
        .addKeyValue(LogKeys.ANNOUNCER, announcer)
        .addKeyValue(LogKeys.WAITED_MILLIS, waited.toMillis())
        .log("switchover answered");
    return waited;
  }
}
