package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The API server's part in node registration, in memory: the mock server knows no apply. */
final class MockNodeApi implements NodeApi {
  final List<ConntrackNode> created = new ArrayList<>();
  final List<ConntrackNodeStatus> written = new ArrayList<>();
  final List<Lease> leases = new ArrayList<>();
  Optional<String> nodeUid = Optional.of("node-uid");
  boolean away;
  private boolean exists;

  /** As when the Node is replaced: the garbage collector takes the object along. */
  void collect() {
    exists = false;
  }

  @Override
  public Optional<OwnerReference> owner(String node) {
    answer();
    return nodeUid.map(
        uid ->
            new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .withUid(uid)
                .build());
  }

  @Override
  public void create(ConntrackNode node) {
    answer();
    created.add(node);
    exists = true;
  }

  @Override
  public WriteOutcome applyStatus(ConntrackNode status) {
    answer();
    if (!exists) {
      return WriteOutcome.NO_SUCH_NODE;
    }
    written.add(status.getStatus());
    return WriteOutcome.WRITTEN;
  }

  @Override
  public void applyLease(Lease lease) {
    answer();
    leases.add(lease);
  }

  private void answer() {
    if (away) {
      throw new KubernetesClientException("connection refused");
    }
  }
}
