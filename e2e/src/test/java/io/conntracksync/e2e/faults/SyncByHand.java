package io.conntracksync.e2e.faults;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** Syncs as a user without KubeVirt makes them. */
public final class SyncByHand {
  private SyncByHand() {}

  /** Of a VM of this name in {@link Cluster#NAMESPACE}, with one address. */
  public static void create(
      Cluster cluster, String name, String vm, Node source, Node target, String address) {
    ConntrackSync sync = new ConntrackSync();
    sync.setMetadata(
        new ObjectMetaBuilder().withNamespace(Cluster.NAMESPACE).withName(name).build());
    sync.setSpec(
        new ConntrackSyncSpec(
            vm,
            null,
            source.name(),
            target.name(),
            null,
            null,
            List.of(address),
            null,
            null,
            null,
            null,
            null,
            null));
    cluster.controlPlane().admin().resource(sync).create();
  }

  /** Deletes all there are and returns when they are gone. */
  public static void removeAll(Cluster cluster) {
    var syncs =
        cluster
            .controlPlane()
            .admin()
            .resources(ConntrackSync.class)
            .inNamespace(Cluster.NAMESPACE);
    syncs.delete();
    Awaitility.await("the syncs are gone")
        .atMost(Duration.ofMinutes(3))
        .until(() -> syncs.list().getItems().isEmpty());
  }
}
