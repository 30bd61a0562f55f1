package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.function.Supplier;

/**
 * Writes to the API server. Every write carries the resourceVersion that was read; the status goes
 * by server-side apply under the operator's own manager and without force, so that a field of an
 * agent is never taken over.
 */
public final class KubernetesSyncWriter implements StatusWriter, SyncRemover {
  /** The field manager of the operator; one for the role, not for the pod. */
  public static final String MANAGER = "conntracksync-operator";

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(MANAGER)
          .withForce(false)
          .build();

  private final KubernetesClient client;

  public KubernetesSyncWriter(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Written apply(ConntrackSync read, ConntrackSyncStatus part) {
    // A fresh object: managedFields of the one that was read would be refused (400).
    ConntrackSync fresh = new ConntrackSync();
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(read.getMetadata().getNamespace())
            .withName(read.getMetadata().getName())
            .withResourceVersion(read.getMetadata().getResourceVersion())
            .build());
    fresh.setStatus(part);
    return attempt(() -> client.resource(fresh).subresource("status").patch(APPLY));
  }

  @Override
  public Written delete(ConntrackSync read) {
    return attempt(
        () ->
            client
                .resource(read)
                .lockResourceVersion(read.getMetadata().getResourceVersion())
                .delete());
  }

  private static Written attempt(Supplier<?> write) {
    try {
      var unused = write.get();
      return Written.DONE;
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case HttpURLConnection.HTTP_NOT_FOUND -> Written.GONE;
        case HttpURLConnection.HTTP_CONFLICT -> isTrespass(e) ? Written.TRESPASS : Written.STALE;
        default -> throw e;
      };
    }
  }

  // Both are 409: a conflict of owners names the fields as causes, a stale read names none.
  private static boolean isTrespass(KubernetesClientException e) {
    return e.getStatus() != null
        && e.getStatus().getDetails() != null
        && e.getStatus().getDetails().getCauses() != null
        && e.getStatus().getDetails().getCauses().stream()
            .anyMatch(cause -> "FieldManagerConflict".equals(cause.getReason()));
  }
}
