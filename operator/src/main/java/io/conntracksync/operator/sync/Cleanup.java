package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.Phase;
import java.time.Duration;
import java.time.Instant;

/**
 * When a sync that has ended is deleted. Pure. Nothing else holds a sync, and nothing else takes
 * it: it has no finalizer that could outlive the operator, and no owner that could take it along
 * before its target has read the end.
 */
final class Cleanup {
  /** How long the target has to tidy up, and to say so, where the time to live is shorter. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  private Cleanup() {}

  /** What is left until then; zero or less: now. */
  static Duration left(SyncView sync, Instant now) {
    Instant ended = sync.concluded().orElse(sync.created());
    Duration kept = sync.ttlAfterFinished();
    if (!isSettled(sync) && kept.compareTo(PATIENCE) < 0) {
      kept = PATIENCE;
    }
    return Duration.between(now, ended.plus(kept));
  }

  private static boolean isSettled(SyncView sync) {
    return sync.cleanup().isPresent()
        || sync.place().isEmpty() // no agent ever worked on it
        || sync.phase().filter(phase -> phase == Phase.SKIPPED).isPresent();
  }
}
