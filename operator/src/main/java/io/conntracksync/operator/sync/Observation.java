package io.conntracksync.operator.sync;

import io.conntracksync.operator.agents.AgentSight;
import io.conntracksync.operator.kubevirt.MigrationSight;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a judgement rests on.
 *
 * @param migration empty for a sync that was made by hand and names none
 */
record Observation(
    SyncView sync,
    Optional<MigrationSight> migration,
    AgentSight source,
    AgentSight target,
    Instant now) {
  Observation {
    Objects.requireNonNull(sync, "sync");
    Objects.requireNonNull(migration, "migration");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(now, "now");
  }
}
