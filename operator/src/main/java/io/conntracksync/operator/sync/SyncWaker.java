package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lets what happens to KubeVirt's objects wake the syncs that it concerns. Before the control loop
 * has begun there is nothing to wake: it looks at every sync when it begins.
 */
public final class SyncWaker {
  private final SimpleInboundEventSource<ConntrackSync> source =
      new SimpleInboundEventSource<>("waker");
  private final AtomicReference<SyncIndex> index = new AtomicReference<>();

  EventSource<?, ConntrackSync> eventSource(SyncIndex syncs) {
    index.set(syncs);
    return source;
  }

  /** The migration of that name changed: so has the sync of the same name. */
  public void migrationChanged(String namespace, String name) {
    wake(new ResourceID(name, namespace));
  }

  /** A VM changed. */
  public void instanceChanged(String namespace, String instance) {
    syncs().ifPresent(syncs -> syncs.of(namespace, instance).forEach(source::propagateEvent));
  }

  /** KubeVirt can be read from now on. */
  public void allMigrating() {
    syncs().ifPresent(syncs -> syncs.migrating().forEach(source::propagateEvent));
  }

  // Only those that are there: the loop would keep a place for each name that it hears of.
  void wake(ResourceID id) {
    syncs().filter(syncs -> syncs.contains(id)).ifPresent(syncs -> source.propagateEvent(id));
  }

  private Optional<SyncIndex> syncs() {
    return source.isRunning() ? Optional.ofNullable(index.get()) : Optional.empty();
  }
}
