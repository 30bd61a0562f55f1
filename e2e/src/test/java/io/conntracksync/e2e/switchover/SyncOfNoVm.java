package io.conntracksync.e2e.switchover;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.SwitchoverOutcome;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A sync made by hand, of a VM that is a name and an address; gone when it is closed. */
final class SyncOfNoVm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Cluster cluster;
  private final String name;

  private SyncOfNoVm(Cluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
  }

  /** Returns when the target has all entries of the address. */
  static SyncOfNoVm imported(
      Cluster cluster, String name, Node source, Node target, String address) {
    ConntrackSync object = new ConntrackSync();
    object.setMetadata(
        new ObjectMetaBuilder().withNamespace(Cluster.NAMESPACE).withName(name).build());
    object.setSpec(
        new ConntrackSyncSpec(
            name,
            null,
            source.name(),
            target.name(),
            null,
            null,
            List.of(address),
            null,
            null,
            // The longest there is: what is measured is to be seen whole.
            "1s",
            null,
            null,
            null));
    cluster.controlPlane().admin().resource(object).create();
    SyncOfNoVm sync = new SyncOfNoVm(cluster, name);
    // A pause comes seconds after the import, not while the target still looks at it once more.
    sync.await(
        "is imported and verified",
        status -> status.phase() == Phase.IMPORTED && status.target().verified() != null);
    return sync;
  }

  /** As libvirt knows its VM. */
  String domain() {
    return Cluster.NAMESPACE + "_" + name;
  }

  /** Returns when its status says that a switchover was held until all was acknowledged. */
  void awaitDrained() {
    await(
        "was drained at the switchover",
        status ->
            status.source() != null
                && status.source().switchover() != null
                && status.source().switchover().outcome() == SwitchoverOutcome.DRAINED);
  }

  private void await(String what, Predicate<ConntrackSyncStatus> condition) {
    Awaitility.await(name + " " + what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                cluster
                    .sync(name)
                    .flatMap(sync -> Optional.ofNullable(sync.getStatus()))
                    .filter(condition)
                    .isPresent());
  }

  /** Returns when it is gone, and with it what it had brought to the target. */
  @Override
  public void close() {
    cluster
        .controlPlane()
        .admin()
        .resources(ConntrackSync.class)
        .inNamespace(Cluster.NAMESPACE)
        .withName(name)
        .delete();
    Awaitility.await(name + " is gone")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> cluster.sync(name).isEmpty());
  }
}
