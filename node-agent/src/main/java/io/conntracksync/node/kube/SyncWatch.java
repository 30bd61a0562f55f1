package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.node.session.LogKeys;
import io.conntracksync.node.session.Sessions;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the syncs in which this node has one role. An API server that is away, now or at the
 * start, is waited for: sessions under way need none. Events reach {@code sessions} one at a time.
 */
public final class SyncWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SyncWatch.class);

  /** How often everything is told again: what was refused for want of room is asked again then. */
  private static final Duration RESYNC = Duration.ofSeconds(15);

  private final Role role;
  private final SharedIndexInformer<ConntrackSync> informer;
  private final ApiTally tally;

  private SyncWatch(
      Role role, SharedIndexInformer<ConntrackSync> informer, SyncEvents events, ApiTally tally) {
    this.role = role;
    this.informer = informer;
    this.tally = tally;
    informer.addEventHandler(events);
    informer.exceptionHandler(this::tryAgain);
  }

  /** Watches the syncs that name the node in the role's field. Does nothing before started. */
  public static SyncWatch ofNode(
      ApiConnection api,
      String node,
      Duration defaultHookDeadline,
      StatusReporter<?> reporter,
      Sessions sessions,
      ApiTally tally) {
    Objects.requireNonNull(node, "node");
    Role role = reporter.role();
    // The mock server matches no field selector: tests hand in a watch without one.
    return over(
        api.client()
            .resources(ConntrackSync.class)
            .inAnyNamespace()
            .withField(role.nodeField(), node),
        new SyncEvents(role, new SyncReader(defaultHookDeadline), reporter, sessions, tally),
        role,
        tally);
  }

  static SyncWatch over(
      FilterWatchListDeletable<ConntrackSync, ?, Resource<ConntrackSync>> syncs,
      SyncEvents events,
      Role role,
      ApiTally tally) {
    return new SyncWatch(role, syncs.runnableInformer(RESYNC.toMillis()), events, tally);
  }

  /** Begins; completes when the syncs that there are have been handed on. */
  public CompletableFuture<Void> start() {
    return informer.start().toCompletableFuture();
  }

  /** Uids of the syncs that there are, as far as is known. */
  public Set<String> uids() {
    return informer.getStore().list().stream()
        .map(sync -> sync.getMetadata().getUid())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Completes when the watch is over, with an error when that was not by {@link #close}. */
  public CompletableFuture<Void> stopped() {
    return informer.stopped().toCompletableFuture();
  }

  /**
   * Always again: a watch that gives up keeps a stale view in silence. An object that cannot be
   * decoded makes the client list again with growing pauses, and the counter tells.
   */
  private boolean tryAgain(boolean started, Throwable fault) {
    if (ExceptionHandler.isDeserializationException(fault)) {
      tally.count(role, ApiTally.SyncFault.UNDECODABLE);
      LOG.atError()
          .addKeyValue(LogKeys.ROLE, role.label())
          .setCause(fault)
          .log("a sync object cannot be decoded, upgrade the agent or delete the object");
    } else {
      tally.count(role, ApiTally.SyncFault.INTERRUPTED);
      LOG.atWarn()
          .addKeyValue(LogKeys.ROLE, role.label())
          .addKeyValue(KubeLogKeys.WHY, RootCause.of(fault))
          .log("watch of syncs interrupted, trying again");
    }
    return true;
  }

  @Override
  public void close() {
    informer.close();
  }
}
