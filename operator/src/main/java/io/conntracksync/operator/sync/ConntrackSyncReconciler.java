package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.operator.agents.AgentCaches;
import io.conntracksync.operator.events.EventSink;
import io.conntracksync.operator.kubevirt.MigrationWitness;
import io.conntracksync.operator.log.LogKeys;
import io.conntracksync.operator.metrics.OperatorMetrics;
import io.conntracksync.operator.ports.PortAssigner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.MDC;

/**
 * Composes: observe, judge, act. Every event comes here, the agents' status writes and deletions
 * included, without a finalizer: an operator that is gone must not hold anything.
 */
@ControllerConfiguration(
    name = "conntracksync",
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true,
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 5, timeUnit = TimeUnit.MINUTES))
public final class ConntrackSyncReconciler implements Reconciler<ConntrackSync> {
  private final AgentCaches agents;
  private final SyncObserver observer;
  private final PortDesk ports;
  private final SyncActor actor;
  private final SyncWaker waker;
  private final OperatorMetrics metrics;
  private SyncIndex index;

  public ConntrackSyncReconciler(
      AgentCaches agents,
      MigrationWitness witness,
      StatusWriter writer,
      SyncRemover remover,
      EventSink events,
      OperatorMetrics metrics,
      SyncWaker waker,
      Clock clock) {
    this.agents = agents;
    this.observer = new SyncObserver(agents, witness, clock);
    this.ports = new PortDesk(new PortAssigner(clock));
    this.actor =
        new SyncActor(
            new StatusFactory(clock),
            writer,
            remover,
            ports,
            new Announcer(events, metrics, clock),
            metrics);
    this.waker = waker;
    this.metrics = metrics;
  }

  @Override
  public List<EventSource<?, ConntrackSync>> prepareEventSources(
      EventSourceContext<ConntrackSync> context) {
    index = new SyncIndex(context.getPrimaryCache());
    metrics.portsInUse(index::withPort);
    List<EventSource<?, ConntrackSync>> sources = new ArrayList<>(agents.eventSources(context));
    sources.add(waker.eventSource(index));
    return sources;
  }

  @Override
  public UpdateControl<ConntrackSync> reconcile(
      ConntrackSync sync, Context<ConntrackSync> context) {
    MDC.put(LogKeys.SYNC, sync.getMetadata().getNamespace() + "/" + sync.getMetadata().getName());
    MDC.put(LogKeys.SYNC_UID, sync.getMetadata().getUid());
    try {
      UpdateControl<ConntrackSync> done = UpdateControl.noUpdate();
      if (context.isPrimaryResourceDeleted()) {
        freePort(SyncReader.read(sync));
        return done;
      }
      reconcile(sync).ifPresent(done::rescheduleAfter);
      return done;
    } finally {
      MDC.remove(LogKeys.SYNC);
      MDC.remove(LogKeys.SYNC_UID);
    }
  }

  private Optional<Duration> reconcile(ConntrackSync sync) {
    SyncView view = SyncReader.read(sync);
    Observation seen = observer.observe(view);
    Judgement judgement = SyncJudge.judge(seen);
    if (judgement instanceof Judgement.Ended) {
      freePort(view);
      return actor.tidyUp(sync, Cleanup.left(view, seen.now()));
    }
    if (judgement instanceof Judgement.Stands stands) {
      return actor.write(sync, view, stands.standing(), seen.now());
    }
    if (judgement instanceof Judgement.WantsPort wish) {
      return actor.write(
          sync, view, ports.serve(view, wish, index.to(view.targetNode())), seen.now());
    }
    throw new IllegalStateException("unknown judgement " + judgement);
  }

  private void freePort(SyncView view) {
    ports.release(view.uid());
    index.to(view.targetNode()).stream()
        .filter(PortDesk::isWaiting)
        .forEach(waiting -> waker.wake(new ResourceID(waiting.name(), waiting.namespace())));
  }
}
