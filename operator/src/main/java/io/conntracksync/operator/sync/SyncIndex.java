package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Map;

/** The control loop's cache of syncs, by what they are looked up for. */
final class SyncIndex {
  private static final String BY_INSTANCE = "instance";
  private static final String BY_TARGET = "target";

  private final IndexerResourceCache<ConntrackSync> cache;

  /** Before the cache is started. */
  SyncIndex(IndexerResourceCache<ConntrackSync> cache) {
    this.cache = cache;
    cache.addIndexers(
        Map.of(
            BY_INSTANCE,
            sync ->
                List.of(
                    key(
                        sync.getMetadata().getNamespace(),
                        sync.getSpec().virtualMachineInstance())),
            BY_TARGET,
            sync -> List.of(sync.getSpec().targetNode())));
  }

  boolean contains(ResourceID id) {
    return cache.contains(id);
  }

  List<ResourceID> of(String namespace, String instance) {
    return cache.byIndex(BY_INSTANCE, key(namespace, instance)).stream()
        .map(ResourceID::fromResource)
        .toList();
  }

  List<SyncView> to(String targetNode) {
    return cache.byIndex(BY_TARGET, targetNode).stream().map(SyncReader::read).toList();
  }

  List<ResourceID> migrating() {
    return cache
        .list(sync -> sync.getSpec().migration() != null)
        .map(ResourceID::fromResource)
        .toList();
  }

  long withPort() {
    return cache
        .list()
        .map(SyncReader::read)
        .filter(sync -> sync.place().isPresent() && !sync.isEnded())
        .count();
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
