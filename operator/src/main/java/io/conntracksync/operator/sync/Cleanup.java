package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.operator.agents.AgentSight;
import java.time.Duration;
import java.time.Instant;

/**
 * What remains to be done for a sync that has ended: wait for the target to tidy up, let go, delete
 * after a while. Pure.
 */
public final class Cleanup {
  /** Holds a sync whose migration is gone until the target has tidied up. */
  public static final String FINALIZER = ConntrackSync.GROUP + "/cleanup";

  /** How long the target has for that; a finalizer must not outlive an agent that never comes. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  // How soon to look again for an agent that went away: its going does not wake the sync.
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private Cleanup() {}

  /** The next thing to do. */
  sealed interface Step {
    record LetGo() implements Step {}

    record Delete() implements Step {}

    /** Nothing now. */
    record Rest(Duration lookAgain) implements Step {}
  }

  static Step next(Observation seen) {
    SyncView sync = seen.sync();
    Instant ended = sync.concluded().orElse(sync.created());
    if (sync.isHeld()) {
      if (isSettled(seen, ended)) {
        return new Step.LetGo();
      }
      if (sync.isDeletionRequested()) {
        return rest(LOOK_AGAIN);
      }
    }
    if (sync.isDeletionRequested()) {
      return rest(PATIENCE); // held by others
    }
    Instant deletion = ended.plus(sync.ttlAfterFinished());
    if (!seen.now().isBefore(deletion)) {
      return new Step.Delete();
    }
    Duration left = Duration.between(seen.now(), deletion);
    return rest(sync.isHeld() && left.compareTo(LOOK_AGAIN) > 0 ? LOOK_AGAIN : left);
  }

  private static boolean isSettled(Observation seen, Instant ended) {
    return seen.sync().cleanup().isPresent()
        || seen.sync().place().isEmpty() // no agent ever worked on it
        || seen.sync().phase().filter(phase -> phase == Phase.SKIPPED).isPresent()
        || neverCame(seen.target())
        || !seen.now().isBefore(ended.plus(PATIENCE));
  }

  // An agent that is only away comes back with its journal: it finds the sync by then, or not at
  // all.
  private static boolean neverCame(AgentSight target) {
    return target instanceof AgentSight.NoAgent || target instanceof AgentSight.UnknownNode;
  }

  private static Step rest(Duration duration) {
    return new Step.Rest(duration);
  }
}
