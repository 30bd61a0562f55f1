package io.conntracksync.e2e.faults;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.cluster.Cluster;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every version of one sync, also of one that is gone a moment later. */
final class SyncHistory implements Watcher<ConntrackSync>, AutoCloseable {
  private final List<ConntrackSync> versions = new CopyOnWriteArrayList<>();
  private Watch watch;

  private SyncHistory() {}

  static SyncHistory of(Cluster cluster, String name) {
    SyncHistory history = new SyncHistory();
    history.watch =
        cluster
            .controlPlane()
            .admin()
            .resources(ConntrackSync.class)
            .inNamespace(Cluster.NAMESPACE)
            .withName(name)
            .watch(history);
    return history;
  }

  @Override
  public void eventReceived(Action action, ConntrackSync sync) {
    versions.add(sync);
  }

  @Override
  public void onClose(WatcherException cause) {
    throw new IllegalStateException("the watch of a sync ended too early", cause);
  }

  /** The last version in this phase. */
  Optional<ConntrackSync> last(Phase phase) {
    return versions.stream()
        .filter(sync -> sync.getStatus() != null && sync.getStatus().phase() == phase)
        .reduce((earlier, later) -> later);
  }

  @Override
  public void close() {
    watch.close();
  }
}
