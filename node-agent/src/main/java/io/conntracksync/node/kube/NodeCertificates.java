package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which certificate the agent of each node shows, as the ConntrackNodes say. An API server that is
 * away, now or at the start, is waited for; what was known until then is still answered. Of each
 * object no more is kept than its name and that field, for each agent knows all nodes.
 */
public final class NodeCertificates implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCertificates.class);

  private final SharedIndexInformer<ConntrackNode> informer;
  private final ApiTally tally;

  private NodeCertificates(SharedIndexInformer<ConntrackNode> informer, ApiTally tally) {
    this.informer = informer;
    this.tally = tally;
    informer.exceptionHandler(this::tryAgain);
  }

  /** Does nothing before started. */
  public static NodeCertificates onApi(ApiConnection connection, ApiTally tally) {
    var client = connection.client();
    return new NodeCertificates(
        client
            .resources(ConntrackNode.class)
            .runnableInformer(0)
            .itemStore(
                new ReducedStateItemStore<>(
                    ReducedStateItemStore.NAME_KEY_STATE,
                    ConntrackNode.class,
                    client.getKubernetesSerialization(),
                    "metadata.resourceVersion",
                    "status.certificateFingerprint")),
        tally);
  }

  /** Begins; completes when the nodes that there are have been read. */
  public CompletableFuture<Void> start() {
    return informer.start().toCompletableFuture();
  }

  /** Completes when the watch is over, with an error when that was not by {@link #close}. */
  public CompletableFuture<Void> stopped() {
    return informer.stopped().toCompletableFuture();
  }

  /** The fingerprint that this node's agent has published; empty when it has not. */
  public Optional<String> of(String node) {
    return Optional.ofNullable(informer.getStore().getByKey(node))
        .flatMap(NodeCertificates::published);
  }

  /** The node whose agent has published this fingerprint. */
  public Optional<String> ownerOf(String fingerprint) {
    return informer.getStore().list().stream()
        .filter(node -> published(node).filter(fingerprint::equals).isPresent())
        .map(node -> node.getMetadata().getName())
        .findFirst();
  }

  private static Optional<String> published(ConntrackNode node) {
    return Optional.ofNullable(node.getStatus()).map(ConntrackNodeStatus::certificateFingerprint);
  }

  /** Always again: a watch that gives up knows former keys only, in silence. */
  private boolean tryAgain(boolean started, Throwable fault) {
    tally.nodeWatchInterrupted();
    if (ExceptionHandler.isDeserializationException(fault)) {
      LOG.atError()
          .setCause(fault)
          .log("a ConntrackNode cannot be decoded, upgrade the agent or delete the object");
    } else {
      LOG.atWarn()
          .addKeyValue(KubeLogKeys.WHY, RootCause.of(fault))
          .log("watch of nodes interrupted, trying again");
    }
    return true;
  }

  @Override
  public void close() {
    informer.close();
  }
}
