package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.conntracksync.api.v1alpha1.PortRange;
import io.conntracksync.api.v1alpha1.TableStatus;
import io.conntracksync.node.table.TableFormat;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeRegistrationTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

  private static final String FINGERPRINT = "sha256:" + "0f".repeat(32);

  private final MockNodeApi api = new MockNodeApi();
  private final FillTable table = new FillTable();
  private final NodeRegistration registration =
      new NodeRegistration(identity(), api, table::fill, new StatusFactory(CLOCK));

  static NodeIdentity identity() {
    return new NodeIdentity(
        "n2",
        "conntracksync-system",
        Optional.of(new PodIdentity("agent-n2", "pod-uid")),
        Optional.of(new TableFormat("netfilter", "test-1")),
        InetAddress.getLoopbackAddress(),
        new ReceivingPorts(28152, 28251),
        FINGERPRINT,
        "1.2.3");
  }

  @Test
  void makesTheObjectOwnedByItsNode() {
    registration.refresh();

    assertThat(api.created).hasSize(1);
    assertThat(api.created.get(0).getMetadata().getName()).isEqualTo("n2");
    assertThat(api.created.get(0).getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getKind()).isEqualTo("Node");
              assertThat(owner.getUid()).isEqualTo("node-uid");
              assertThat(owner.getBlockOwnerDeletion()).isNull();
            });
  }

  @Test
  void saysAllThatTheOperatorAndThePeerAskFor() {
    table.fill(20, 1000);
    registration.report(NodeReason.READY.finding("fine"));

    registration.refresh();

    ConntrackNodeStatus status = last();
    assertThat(status.backend()).isEqualTo(Backend.NETFILTER);
    assertThat(status.layout()).isEqualTo("test-1");
    assertThat(status.address()).isEqualTo("127.0.0.1");
    assertThat(status.ports()).isEqualTo(new PortRange(28152, 28251));
    assertThat(status.certificateFingerprint()).isEqualTo(FINGERPRINT);
    assertThat(status.agentVersion()).isEqualTo("1.2.3");
    assertThat(status.table()).isEqualTo(new TableStatus(20L, 1000L));
    assertThat(ready().getStatus()).isEqualTo("True");
    assertThat(ready().getReason()).isEqualTo("Ready");
  }

  @Test
  void beforeItIsReadyItSaysThatItStarts() {
    registration.refresh();

    assertThat(ready().getStatus()).isEqualTo("False");
    assertThat(ready().getReason()).isEqualTo("Starting");
  }

  @Test
  void theFillIsWrittenOnlyWhenItMovesByAHundredthOfTheCapacity() {
    table.fill(20, 1000);
    registration.refresh();
    table.fill(29, 1000);
    registration.refresh();
    assertThat(api.written).hasSize(1);

    table.fill(30, 1000);
    registration.refresh();

    assertThat(api.written).hasSize(2);
    assertThat(last().table().entries()).isEqualTo(30);
  }

  @Test
  void anotherCapacityIsWritten() {
    registration.refresh();
    table.fill(0, 2000);
    registration.refresh();

    assertThat(last().table().capacity()).isEqualTo(2000);
  }

  @Test
  void aTableThatCannotBeReadIsNotReadyUntilItCan() {
    registration.report(NodeReason.READY.finding("fine"));
    table.breakWith("sendto netlink failed: EPERM; needs CAP_NET_ADMIN");
    registration.refresh();
    assertThat(ready().getReason()).isEqualTo("TableUnreadable");
    assertThat(ready().getMessage()).contains("needs CAP_NET_ADMIN");

    table.fill(1, 1000);
    registration.refresh();

    assertThat(ready().getStatus()).isEqualTo("True");
  }

  @Test
  void anObjectThatWasCollectedIsMadeAnewForTheNewNode() {
    registration.refresh();
    api.collect();
    api.nodeUid = Optional.of("uid-of-the-new-node");
    registration.report(NodeReason.READY.finding("fine"));

    registration.refresh();

    assertThat(api.created).hasSize(2);
    assertThat(api.created.get(1).getMetadata().getOwnerReferences().get(0).getUid())
        .isEqualTo("uid-of-the-new-node");
  }

  @Test
  void aNodeThatTheClusterDoesNotKnowIsNamed() {
    api.nodeUid = Optional.empty();

    assertThatThrownBy(registration::refresh)
        .isInstanceOf(KubernetesClientException.class)
        .hasMessage("the cluster has no Node 'n2': check --node-name (NODE_NAME)");
    assertThat(api.created).isEmpty();
  }

  @Test
  void whatWasNotWrittenIsWrittenWithTheNextRefresh() {
    api.away = true;
    assertThatThrownBy(registration::refresh).isInstanceOf(KubernetesClientException.class);
    api.away = false;

    registration.refresh();

    assertThat(api.written).hasSize(1);
  }

  private ConntrackNodeStatus last() {
    return api.written.get(api.written.size() - 1);
  }

  private Condition ready() {
    return last().conditions().get(0);
  }
}
