package io.conntracksync.e2e.operator;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConditionType;
import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.conntracksync.api.v1alpha1.PortRange;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** A node and what its agent would write of itself; nothing runs there. */
public final class HandMadeAgent {
  /** As long as a test may take. */
  private static final int LEASE_SECONDS = 3600;

  private static final PortRange PORTS = new PortRange(28152, 28251);

  private final KubernetesClient client;
  private final String node;

  private HandMadeAgent(KubernetesClient client, String node) {
    this.client = client;
    this.node = node;
  }

  /** A node without an agent. */
  public static void bareNode(KubernetesClient client, String node) {
    client
        .resource(new NodeBuilder().withNewMetadata().withName(node).endMetadata().build())
        .serverSideApply();
  }

  /** A node whose agent is ready and has this backend. */
  public static HandMadeAgent ready(KubernetesClient client, String node, Backend backend) {
    bareNode(client, node);
    HandMadeAgent agent = new HandMadeAgent(client, node);
    agent.register(backend);
    agent.renew();
    return agent;
  }

  /** Makes the ConntrackNode of that node, which must not exist, as this client. */
  public static void introduce(KubernetesClient as, String node) {
    ConntrackNode object = new ConntrackNode();
    object.setMetadata(new ObjectMetaBuilder().withName(node).build());
    as.resource(object).create();
  }

  private void register(Backend backend) {
    ConntrackNode object = new ConntrackNode();
    object.setMetadata(new ObjectMetaBuilder().withName(node).build());
    client.resource(object).serverSideApply();
    object.setStatus(
        new ConntrackNodeStatus(
            backend,
            "test",
            "192.0.2.7",
            PORTS,
            "sha256:" + "0".repeat(64),
            "0.0.0",
            null,
            List.of(
                new ConditionBuilder()
                    .withType(ConditionType.READY)
                    .withStatus("True")
                    .withReason("Ready")
                    .withMessage("played by a test")
                    .withLastTransitionTime("2026-11-22T10:00:00Z")
                    .build())));
    client.resource(object).updateStatus();
  }

  private void renew() {
    client
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(ControlPlane.SYSTEM_NAMESPACE)
                .withName(node)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(node)
                .withLeaseDurationSeconds(LEASE_SECONDS)
                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS))
                .endSpec()
                .build())
        .serverSideApply();
  }

  public String node() {
    return node;
  }

  /** It has said what it is, and has never been heard of since. */
  public static HandMadeAgent withoutLease(KubernetesClient client, String node, Backend backend) {
    bareNode(client, node);
    HandMadeAgent agent = new HandMadeAgent(client, node);
    agent.register(backend);
    return agent;
  }
}
