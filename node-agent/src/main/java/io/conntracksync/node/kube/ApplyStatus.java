package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.node.session.LogKeys;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-side apply to the status subresource, never forced: a field of another writer is a 409.
 * The client's fluent {@code serverSideApply} knows no subresources, hence the patch context.
 */
final class ApplyStatus implements StatusWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ApplyStatus.class);

  private final KubernetesClient client;
  private final Role role;

  ApplyStatus(KubernetesClient client, Role role) {
    this.client = client;
    this.role = role;
  }

  @Override
  public WriteResult write(SyncKey sync, ConntrackSyncStatus part) {
    // A new object: an apply with the managedFields of an object that was read is a 400.
    ConntrackSync body = new ConntrackSync();
    body.setMetadata(
        new ObjectMetaBuilder().withNamespace(sync.namespace()).withName(sync.name()).build());
    body.setStatus(part);
    try {
      toStatus(client, body, role.fieldManager());
      return WriteResult.WRITTEN;
    } catch (KubernetesClientException error) {
      WriteResult result = WriteResult.of(error);
      log(result, error);
      return result;
    }
  }

  /** Applies the object's status under the manager's name. */
  static void toStatus(KubernetesClient client, HasMetadata body, String fieldManager) {
    client
        .resource(body)
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(fieldManager)
                .withForce(false)
                .build());
  }

  private void log(WriteResult result, KubernetesClientException error) {
    switch (result) {
      case CONFLICT ->
          LOG.atError()
              .addKeyValue(LogKeys.ROLE, role.label())
              .addKeyValue(KubeLogKeys.FIELDS, causes(error))
              .log("status belongs to another writer, not written: find out who wrote it");
      case REJECTED ->
          LOG.atError()
              .addKeyValue(LogKeys.ROLE, role.label())
              .addKeyValue(KubeLogKeys.WHY, RootCause.of(error))
              .log("status refused by the API server, are the CRDs older than the agent");
      case PASSING ->
          LOG.atWarn()
              .addKeyValue(LogKeys.ROLE, role.label())
              .addKeyValue(KubeLogKeys.WHY, RootCause.of(error))
              .log("status not written, trying again");
      case GONE, WRITTEN -> LOG.atDebug().log("sync gone, its status is not needed");
    }
  }

  private static List<String> causes(KubernetesClientException error) {
    if (error.getStatus() == null
        || error.getStatus().getDetails() == null
        || error.getStatus().getDetails().getCauses() == null) {
      return List.of(String.valueOf(error.getMessage()));
    }
    return error.getStatus().getDetails().getCauses().stream()
        .map(cause -> cause.getField() + ": " + cause.getMessage())
        .toList();
  }
}
