package io.conntracksync.operator.sync;

import io.conntracksync.operator.agents.AgentDirectory;
import io.conntracksync.operator.kubevirt.MigrationQuestion;
import io.conntracksync.operator.kubevirt.MigrationSight;
import io.conntracksync.operator.kubevirt.MigrationWitness;
import java.time.Clock;
import java.util.Optional;

/** Gathers what a judgement rests on. Only reads. */
final class SyncObserver {
  private final AgentDirectory agents;
  private final MigrationWitness witness;
  private final Clock clock;

  SyncObserver(AgentDirectory agents, MigrationWitness witness, Clock clock) {
    this.agents = agents;
    this.witness = witness;
    this.clock = clock;
  }

  Observation observe(SyncView sync) {
    return new Observation(
        sync,
        sync.isEnded() ? Optional.empty() : migration(sync),
        agents.look(sync.sourceNode()),
        agents.look(sync.targetNode()),
        clock.instant());
  }

  private Optional<MigrationSight> migration(SyncView sync) {
    return sync.migration()
        .map(
            migration ->
                witness.sight(
                    new MigrationQuestion(
                        sync.namespace(),
                        migration.name(),
                        migration.uid(),
                        sync.instance(),
                        sync.targetNode())));
  }
}
