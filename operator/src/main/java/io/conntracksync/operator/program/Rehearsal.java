package io.conntracksync.operator.program;

import io.conntracksync.operator.migration.CreationRehearsal;
import io.conntracksync.operator.sync.AssignmentRehearsal;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays a hand-over a few times before the operator is ready: what is loaded, compiled and
 * connected then is not waited for by the first migration, whose hook has 200 ms. Leaves nothing on
 * the API server. Whatever goes wrong is logged, and the operator starts without.
 */
final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  // The first round loads the classes, the others let the compiler notice.
  private static final int ROUNDS = 8;

  /** So long a start may be put off. */
  static final Duration LONGEST = Duration.ofSeconds(3);

  private final CreationRehearsal creation;
  private final AssignmentRehearsal assignment;
  private final Duration longest;

  Rehearsal(CreationRehearsal creation, AssignmentRehearsal assignment, Duration longest) {
    this.creation = creation;
    this.assignment = assignment;
    this.longest = longest;
  }

  /** Returns when it is over or took too long. */
  void play() {
    Thread stage = new Thread(this::rounds, "rehearsal");
    stage.setDaemon(true);
    stage.start();
    try {
      stage.join(longest.toMillis());
      stage.interrupt();
    } catch (InterruptedException e) {
      stage.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void rounds() {
    try {
      for (int round = 0; round < ROUNDS && !Thread.currentThread().isInterrupted(); round++) {
        creation.play().ifPresent(assignment::play);
      }
    } catch (RuntimeException e) {
      // Top of the thread: a rehearsal is worth no start.
      LOG.atWarn().setCause(e).log("rehearsal failed, the first migration may take longer");
    }
  }
}
