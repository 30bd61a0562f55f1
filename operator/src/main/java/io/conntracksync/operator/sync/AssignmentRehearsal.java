package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.operator.agents.Agent;
import io.conntracksync.operator.agents.AgentSight;
import io.conntracksync.operator.kubevirt.MigrationSight;
import io.conntracksync.operator.metrics.OperatorMetrics;
import io.conntracksync.operator.ports.PortAssigner;
import io.conntracksync.operator.ports.Ports;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Judges a sync that does not exist and assigns it a port that nobody has: the code of the first
 * reconciliation up to the write, which the API server answers with 404.
 */
public final class AssignmentRehearsal {
  private static final Ports PORTS = new Ports(1, 2);

  private final Clock clock;
  private final PortDesk ports;
  private final SyncActor actor;

  public AssignmentRehearsal(StatusWriter writer, SyncRemover remover, Clock clock) {
    this.clock = clock;
    this.ports = new PortDesk(new PortAssigner(clock));
    OperatorMetrics nobodysMetrics = new OperatorMetrics(new SimpleMeterRegistry());
    this.actor =
        new SyncActor(
            new StatusFactory(clock),
            writer,
            remover,
            ports,
            new Announcer((subject, notice) -> {}, nobodysMetrics, clock),
            nobodysMetrics);
  }

  /** Once through; {@code made} as a dry run of its creation has returned it. */
  public void play(ConntrackSync made) {
    SyncView view = SyncReader.read(made);
    Observation seen =
        new Observation(
            view,
            view.migration().map(migration -> new MigrationSight.Running()),
            ready(view.sourceNode()),
            ready(view.targetNode()),
            clock.instant());
    if (SyncJudge.judge(seen) instanceof Judgement.WantsPort wish) {
      var unused = actor.write(made, view, ports.serve(view, wish, List.of()), seen.now());
    }
  }

  private static AgentSight ready(String node) {
    return new AgentSight.Ready(
        new Agent(
            node,
            Backend.NETFILTER,
            "",
            Optional.of("sha256:00"),
            Optional.of("192.0.2.2"),
            Optional.of(PORTS)));
  }
}
