package io.conntracksync.operator.migration;

import io.conntracksync.api.v1alpha1.ConntrackSync;
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
    return uid(client.resource(wanted).get()).equals(uid(wanted))
        ? new Creation.Existing()
        : new Creation.NameTaken();
  }

  private static Optional<String> uid(ConntrackSync sync) {
    return Optional.ofNullable(sync)
        .flatMap(found -> Optional.ofNullable(found.getSpec().migration()))
        .map(migration -> migration.uid());
  }
}
