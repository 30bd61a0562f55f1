package io.conntracksync.e2e.cluster;

import io.conntracksync.api.v1alpha1.ConditionType;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * When a watch in this process first saw each milestone of one migration, from KubeVirt's hand-over
 * to the import. The API server's own times are whole seconds.
 */
final class HandOver implements AutoCloseable {
  /** In the order in which they are meant to come. */
  enum Milestone {
    /** The VM's status names both nodes for this migration. */
    HANDED_OVER,
    SYNC_CREATED,
    ASSIGNED,
    IMPORTED
  }

  private final Clock clock = Clock.systemUTC();
  private final String migration;
  private final Watch instances;
  private final Watch syncs;
  private final Map<Milestone, Instant> reached = new EnumMap<>(Milestone.class);

  private HandOver(KubernetesClient client, String migration) {
    this.migration = migration;
    this.instances =
        client
            .genericKubernetesResources("kubevirt.io/v1", "VirtualMachineInstance")
            .inNamespace(Cluster.NAMESPACE)
            .watch(new Eyes<>(this::instance));
    this.syncs =
        client
            .resources(ConntrackSync.class)
            .inNamespace(Cluster.NAMESPACE)
            .watch(new Eyes<>(this::sync));
  }

  /** Watches the VMs and syncs for the migration of this name. */
  static HandOver watch(KubernetesClient client, String migration) {
    return new HandOver(client, migration);
  }

  /** Milliseconds from the hand-over to each milestone that was seen. */
  synchronized Map<String, Long> millis() {
    Map<String, Long> millis = new LinkedHashMap<>();
    Instant start = reached.get(Milestone.HANDED_OVER);
    reached.forEach(
        (milestone, at) -> millis.put(milestone.name(), Duration.between(start, at).toMillis()));
    return millis;
  }

  private void instance(GenericKubernetesResource vmi) {
    // The target's name comes with the hand-over; the state of an earlier migration is replaced
    // by it as a whole.
    String target = vmi.get("status", "migrationState", "targetNode");
    Boolean completed = vmi.get("status", "migrationState", "completed");
    if (target != null && !Boolean.TRUE.equals(completed)) {
      reached(Milestone.HANDED_OVER);
    }
  }

  private void sync(ConntrackSync sync) {
    if (!sync.getMetadata().getName().equals(migration)) {
      return;
    }
    reached(Milestone.SYNC_CREATED);
    ConntrackSyncStatus status = sync.getStatus();
    if (status == null) {
      return;
    }
    if (status.assignment() != null) {
      reached(Milestone.ASSIGNED);
    }
    if (status.conditions() != null
        && status.conditions().stream()
            .anyMatch(
                condition ->
                    ConditionType.IMPORTED.equals(condition.getType())
                        && "True".equals(condition.getStatus()))) {
      reached(Milestone.IMPORTED);
    }
  }

  private synchronized void reached(Milestone milestone) {
    reached.putIfAbsent(milestone, clock.instant());
  }

  @Override
  public void close() {
    instances.close();
    syncs.close();
  }

  /** Passes on what is there; nothing is ever deleted while it watches. */
  private record Eyes<T>(Consumer<T> seen) implements Watcher<T> {
    @Override
    public void eventReceived(Action action, T object) {
      if (action == Action.ADDED || action == Action.MODIFIED) {
        seen.accept(object);
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      throw new IllegalStateException("a watch of the test ended", cause);
    }
  }
}
