package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;

/**
 * A mock of server-side apply for the mock server, which knows none (415): it lays the operator's
 * part over what is there and leaves the agents' parts alone, if nothing was written in between.
 */
public final class MockApplyStatusWriter implements StatusWriter {
  private final KubernetesClient client;

  public MockApplyStatusWriter(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public synchronized Written apply(ConntrackSync read, ConntrackSyncStatus part) {
    ConntrackSync now = client.resource(read).get();
    if (now == null) {
      return Written.GONE;
    }
    if (!now.getMetadata().getResourceVersion().equals(read.getMetadata().getResourceVersion())) {
      return Written.STALE;
    }
    ConntrackSyncStatus old = SyncReader.status(now);
    now.setStatus(
        new ConntrackSyncStatus(
            part.observedGeneration(),
            part.phase(),
            part.reason(),
            part.message(),
            part.outcome(),
            part.concludedTime(),
            part.assignment(),
            old.source(),
            old.target(),
            conditions(part, old)));
    client.resource(now).updateStatus();
    return Written.DONE;
  }

  private static List<Condition> conditions(ConntrackSyncStatus part, ConntrackSyncStatus old) {
    List<Condition> conditions = new ArrayList<>(part.conditions());
    if (old.conditions() != null) {
      old.conditions().stream()
          .filter(c -> part.conditions().stream().noneMatch(p -> p.getType().equals(c.getType())))
          .forEach(conditions::add);
    }
    return conditions;
  }
}
