package io.conntracksync.operator.migration;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.operator.sync.Phases;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;

/** Makes syncs on the API server. What may pass by itself is thrown, to be tried again. */
public final class KubernetesSyncStore implements SyncStore {
  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;

  public KubernetesSyncStore(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Creation create(ConntrackSync sync) {
    Creation creation = attempt(sync);
    return creation instanceof Creation.NameTaken && makesRoom(sync) ? attempt(sync) : creation;
  }

  private Creation attempt(ConntrackSync sync) {
    try {
      client.resource(sync).create();
      return new Creation.Created();
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case HttpURLConnection.HTTP_CONFLICT -> existing(sync);
        case UNPROCESSABLE -> new Creation.Refused(e.getMessage());
        default -> throw e;
      };
    }
  }

  private Creation existing(ConntrackSync wanted) {
    return find(wanted).flatMap(KubernetesSyncStore::uid).equals(uid(wanted))
        ? new Creation.Existing()
        : new Creation.NameTaken();
  }

  private boolean makesRoom(ConntrackSync wanted) {
    Optional<ConntrackSync> found = find(wanted);
    if (found.isPresent() && !isLeftBehind(found.get())) {
      return false;
    }
    found.ifPresent(
        sync ->
            client
                .resource(sync)
                .lockResourceVersion(sync.getMetadata().getResourceVersion())
                .delete());
    return true;
  }

  private static boolean isLeftBehind(ConntrackSync sync) {
    return uid(sync).isPresent()
        && Optional.ofNullable(sync.getStatus())
            .flatMap(status -> Optional.ofNullable(status.phase()))
            .filter(Phases::isEnd)
            .isPresent();
  }

  private Optional<ConntrackSync> find(ConntrackSync wanted) {
    return Optional.ofNullable(client.resource(wanted).get());
  }

  private static Optional<String> uid(ConntrackSync sync) {
    return Optional.ofNullable(sync.getSpec().migration()).map(migration -> migration.uid());
  }
}
