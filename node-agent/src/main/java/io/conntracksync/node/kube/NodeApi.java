package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.util.Optional;

/**
 * What the API server is asked about this node. Every method blocks until it has answered and
 * throws {@link io.fabric8.kubernetes.client.KubernetesClientException} when it refuses or is away.
 */
interface NodeApi {
  /** A reference to the Node of that name, or empty when the cluster has none. */
  Optional<OwnerReference> owner(String node);

  /** Creates the object; one that is there already is left as it is. */
  void create(ConntrackNode node);

  WriteOutcome applyStatus(ConntrackNode status);

  /** Creates or renews the Lease. */
  void applyLease(Lease lease);

  /** Whether there was an object to write to. */
  enum WriteOutcome {
    WRITTEN,
    NO_SUCH_NODE
  }
}
