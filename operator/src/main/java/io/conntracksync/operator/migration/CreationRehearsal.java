package io.conntracksync.operator.migration;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.operator.kubevirt.KubernetesLauncherPods;
import io.conntracksync.operator.metrics.OperatorMetrics;
import io.conntracksync.operator.settings.SyncDefaults;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;

/**
 * Makes a sync for a migration that does not exist, in the way in which it is made for one that
 * does: the same code, the same questions to the API server, which keeps nothing of it.
 */
public final class CreationRehearsal {
  private final KubernetesClient client;
  private final String namespace;
  private final SyncDefaults defaults;

  /** {@code namespace} must exist, else the API server refuses even to try. */
  public CreationRehearsal(KubernetesClient client, String namespace, SyncDefaults defaults) {
    this.client = client;
    this.namespace = namespace;
    this.defaults = defaults;
  }

  /** Once through; the sync as the API server would have made it. */
  public Optional<ConntrackSync> play() {
    RehearsedSyncStore store = new RehearsedSyncStore(client);
    RehearsedMigration migration =
        RehearsedMigration.in(namespace, client.getKubernetesSerialization());
    SyncCreator creator =
        new SyncCreator(
            () -> Optional.of(migration),
            defaults,
            new KubernetesLauncherPods(client),
            store,
            (subject, notice) -> {},
            new OperatorMetrics(new SimpleMeterRegistry()));
    creator.attend(namespace, RehearsedMigration.NAME);
    return store.made();
  }
}
