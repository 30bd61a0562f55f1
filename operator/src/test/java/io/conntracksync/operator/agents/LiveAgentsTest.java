package io.conntracksync.operator.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.ApiSerialization;
import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.conntracksync.api.v1alpha1.PortRange;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the mock server: it is asked for single objects only. */
class LiveAgentsTest {
  private static final Instant NOW = Instant.parse("2026-09-01T10:00:00Z");

  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(List.of()),
          false);
  private KubernetesClient client;
  private LiveAgents agents;

  @BeforeEach
  void start() {
    server.init();
    client =
        new KubernetesClientBuilder()
            .withConfig(server.createClient().getConfiguration())
            .withKubernetesSerialization(ApiSerialization.create())
            .build();
    agents = new LiveAgents(client, "system", Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @Test
  void anAgentIsSeenAsSoonAsTheApiServerHasIt() {
    conntrackNode();
    lease(NOW);

    assertThat(agents.look("n1")).isInstanceOf(AgentSight.Ready.class);
  }

  @Test
  void anAgentWithoutALeaseIsNotThere() {
    conntrackNode();

    assertThat(agents.look("n1")).isEqualTo(new AgentSight.NoLease());
  }

  @Test
  void anAgentThatDoesNotRenewItsLeaseIsSilent() {
    conntrackNode();
    lease(NOW.minusSeconds(41));

    assertThat(agents.look("n1")).isEqualTo(new AgentSight.Silent(NOW.minusSeconds(41)));
  }

  @Test
  void aNodeWithoutAnAgentIsToldFromAMisspeltOne() {
    client
        .resource(new NodeBuilder().withNewMetadata().withName("n1").endMetadata().build())
        .create();

    assertThat(agents.look("n1")).isEqualTo(new AgentSight.NoAgent());
    assertThat(agents.look("n2")).isEqualTo(new AgentSight.UnknownNode());
  }

  private void conntrackNode() {
    ConntrackNode node = new ConntrackNode();
    node.setMetadata(new ObjectMetaBuilder().withName("n1").build());
    node.setStatus(
        new ConntrackNodeStatus(
            Backend.NETFILTER,
            "1",
            "192.0.2.2",
            new PortRange(28152, 28251),
            "sha256:00",
            "0",
            null,
            List.of(new ConditionBuilder().withType("Ready").withStatus("True").build())));
    client.resource(node).create();
  }

  private void lease(Instant renewed) {
    client
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withNamespace("system")
                .withName("n1")
                .endMetadata()
                .withNewSpec()
                .withLeaseDurationSeconds(40)
                .withRenewTime(renewed.atZone(ZoneOffset.UTC))
                .endSpec()
                .build())
        .create();
  }
}
