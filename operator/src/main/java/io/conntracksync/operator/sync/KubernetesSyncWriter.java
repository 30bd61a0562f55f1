package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes to the API server. Every write carries the resourceVersion that was read; the status goes
 * by server-side apply under the operator's own manager and without force, so that a field of an
 * agent is never taken over.
 */
public final class KubernetesSyncWriter implements StatusWriter, SyncKeeper {
  /** The field manager of the operator; one for the role, not for the pod. */
  public static final String MANAGER = "conntracksync-operator";

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(MANAGER)
          .withForce(false)
          .build();
  private static final PatchContext JSON =
      new PatchContext.Builder().withPatchType(PatchType.JSON).withFieldManager(MANAGER).build();

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
  public Written hold(ConntrackSync read) {
    return finalizers(read, finalizers -> finalizers.add(Cleanup.FINALIZER));
  }

  @Override
  public Written letGo(ConntrackSync read) {
    return finalizers(read, finalizers -> finalizers.remove(Cleanup.FINALIZER));
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

  // The list is replaced as a whole; that the patch sets the resourceVersion makes it safe: with
  // another one than the object has, the API server answers 409.
  private Written finalizers(ConntrackSync read, Consumer<List<String>> change) {
    List<String> finalizers = new ArrayList<>(read.getMetadata().getFinalizers());
    change.accept(finalizers);
    String patch =
        client
            .getKubernetesSerialization()
            .asJson(
                List.of(
                    set("/metadata/resourceVersion", read.getMetadata().getResourceVersion()),
                    set("/metadata/finalizers", finalizers)));
    return attempt(() -> resource(read.getMetadata()).patch(JSON, patch));
  }

  // RFC 6902: "add" replaces a member that is there.
  private static Map<String, Object> set(String path, Object value) {
    return Map.of("op", "add", "path", path, "value", value);
  }

  private Resource<ConntrackSync> resource(ObjectMeta meta) {
    return client
        .resources(ConntrackSync.class)
        .inNamespace(meta.getNamespace())
        .withName(meta.getName());
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
