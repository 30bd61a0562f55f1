package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.MigrationReference;
import io.conntracksync.api.v1alpha1.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A ConntrackSync as values that were checked: what was written by agents about another object of
 * the same name is left out.
 *
 * @param phase empty when the operator has not seen it yet
 * @param cleanup what the target's agent did with the entries at the end, once it has
 */
record SyncView(
    String namespace,
    String name,
    String uid,
    Instant created,
    String instance,
    Optional<MigrationReference> migration,
    String sourceNode,
    String targetNode,
    List<String> addresses,
    Duration timeout,
    Duration ttlAfterFinished,
    Optional<Phase> phase,
    Optional<Place> place,
    Optional<Instant> concluded,
    Progress progress,
    Optional<CleanupOutcome> cleanup) {

  SyncView {
    Objects.requireNonNull(uid, "uid");
    addresses = List.copyOf(addresses);
  }

  boolean isEnded() {
    return phase.filter(Phases::isEnd).isPresent();
  }

  Instant expiry() {
    return created.plus(timeout);
  }
}
