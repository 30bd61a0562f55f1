package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFill;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's ConntrackNode: makes it, owned by the Node, and writes its status when there is
 * something new to say. Methods may be called from any thread; one writes at a time.
 */
final class NodeRegistration {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRegistration.class);

  private final NodeIdentity identity;
  private final NodeStatus status;
  private final NodeApi api;
  private final FillSource table;
  private Finding ready = NodeReason.STARTING.finding("the agent starts; it is ready in a moment");
  private Optional<ConntrackNodeStatus> written = Optional.empty();

  NodeRegistration(NodeIdentity identity, NodeApi api, FillSource table, StatusFactory factory) {
    this.identity = identity;
    this.status = new NodeStatus(identity, factory);
    this.api = api;
    this.table = table;
  }

  /** What the next refresh says about readiness. */
  synchronized void report(Finding finding) {
    ready = finding;
  }

  /**
   * Brings the API server up to date; does nothing when it is. Throws {@link
   * KubernetesClientException} when it could not.
   */
  synchronized void refresh() {
    Finding finding = ready;
    Optional<TableFill> fill = Optional.empty();
    try {
      fill = Optional.of(table.fill()).filter(TableFill::isKnown);
    } catch (TableException error) {
      finding =
          finding.verdict() == Finding.Verdict.YES
              ? NodeReason.TABLE_UNREADABLE.finding(error.getMessage())
              : finding;
    }
    ConntrackNodeStatus next = status.next(finding, fill, written);
    if (Optional.of(next).equals(written)) {
      return;
    }
    write(next);
    LOG.atInfo()
        .addKeyValue(KubeLogKeys.NODE, identity.node())
        .addKeyValue(KubeLogKeys.READY, finding.reason())
        .log("node status written");
    written = Optional.of(next);
  }

  private void write(ConntrackNodeStatus next) {
    if (api.applyStatus(body(next)) == NodeApi.WriteOutcome.WRITTEN) {
      return;
    }
    // First start on this node, or its Node was replaced and took the object along.
    api.create(object(owner()));
    if (api.applyStatus(body(next)) == NodeApi.WriteOutcome.NO_SUCH_NODE) {
      throw new KubernetesClientException(
          "ConntrackNode " + identity.node() + " vanished while its status was written");
    }
  }

  private OwnerReference owner() {
    return api.owner(identity.node())
        .orElseThrow(
            () ->
                new KubernetesClientException(
                    "the cluster has no Node '"
                        + identity.node()
                        + "': check --node-name (NODE_NAME)"));
  }

  private ConntrackNode object(OwnerReference owner) {
    ConntrackNode node = new ConntrackNode();
    node.setMetadata(metadata().edit().withOwnerReferences(owner).build());
    return node;
  }

  private ConntrackNode body(ConntrackNodeStatus next) {
    ConntrackNode node = new ConntrackNode();
    node.setMetadata(metadata());
    node.setStatus(next);
    return node;
  }

  private ObjectMeta metadata() {
    return new ObjectMetaBuilder().withName(identity.node()).build();
  }
}
