package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** {@link NodeApi} on the real API server. */
final class ApiServerNodes implements NodeApi {
  /** Owner of the ConntrackNode's status and of the Lease, whichever process writes them. */
  static final String FIELD_MANAGER = "conntracksync-agent";

  private final KubernetesClient client;

  ApiServerNodes(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Optional<OwnerReference> owner(String name) {
    Node node = client.nodes().withName(name).get();
    return Optional.ofNullable(node)
        .map(
            found ->
                new OwnerReferenceBuilder()
                    .withApiVersion(found.getApiVersion())
                    .withKind(found.getKind())
                    .withName(name)
                    .withUid(found.getMetadata().getUid())
                    .build());
  }

  @Override
  public void create(ConntrackNode node) {
    try {
      client.resource(node).create();
    } catch (KubernetesClientException error) {
      if (error.getCode() != 409) {
        throw error;
      }
      // It is there already: an earlier process of this agent made it.
    }
  }

  @Override
  public WriteOutcome applyStatus(ConntrackNode status) {
    try {
      ApplyStatus.toStatus(client, status, FIELD_MANAGER);
      return WriteOutcome.WRITTEN;
    } catch (KubernetesClientException error) {
      if (error.getCode() == 404) {
        return WriteOutcome.NO_SUCH_NODE;
      }
      throw error;
    }
  }

  @Override
  public void applyLease(Lease lease) {
    // Not forced: nobody else has business with this node's Lease.
    client.resource(lease).fieldManager(FIELD_MANAGER).serverSideApply();
  }
}
