package io.conntracksync.operator.migration;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** Has the API server do all of a creation but keep the object (dry run). */
final class RehearsedSyncStore implements SyncStore {
  private final KubernetesClient client;
  private Optional<ConntrackSync> made = Optional.empty();

  RehearsedSyncStore(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Creation create(ConntrackSync sync) {
    made = Optional.of(client.resource(sync).dryRun().create());
    // There is nothing new, and nothing to be said about it.
    return new Creation.Existing();
  }

  /** What the object would have been. */
  Optional<ConntrackSync> made() {
    return made;
  }
}
