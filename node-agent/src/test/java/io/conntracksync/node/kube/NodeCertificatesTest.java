package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the client's mock server. */
class NodeCertificatesTest {
  private static final String FIRST = "sha256:" + "01".repeat(32);
  private static final String SECOND = "sha256:" + "02".repeat(32);

  private MockApiServer server = MockApiServer.start(0);
  private final KubernetesClient client = MockApiServer.client(server.port());
  private final RecordingTally tally = new RecordingTally();
  private final NodeCertificates nodes =
      NodeCertificates.onApi(MockApiServer.connection(server.port()), tally);

  @AfterEach
  void stop() {
    nodes.close();
    client.close();
    server.close();
  }

  @Test
  void whatIsPublishedBeforeAndLaterIsKnown() {
    create("n1", FIRST);
    create("n2", null);

    nodes.start().join();

    assertThat(nodes.of("n1")).hasValue(FIRST);
    assertThat(nodes.ownerOf(FIRST)).hasValue("n1");
    assertThat(nodes.of("n2")).isEmpty();
    assertThat(nodes.of("n3")).isEmpty();
    create("n3", SECOND);
    await("a node that joins").untilAsserted(() -> assertThat(nodes.of("n3")).hasValue(SECOND));
  }

  @Test
  void aNewKeyTakesThePlaceOfTheFormer() {
    create("n1", FIRST);
    nodes.start().join();

    client
        .resources(ConntrackNode.class)
        .withName("n1")
        .editStatus(
            node -> {
              node.setStatus(status(SECOND));
              return node;
            });

    await("the new key").untilAsserted(() -> assertThat(nodes.of("n1")).hasValue(SECOND));
    assertThat(nodes.ownerOf(FIRST)).isEmpty();
  }

  @Test
  void aNodeThatIsGoneHasNoKey() {
    create("n1", FIRST);
    nodes.start().join();

    client.resources(ConntrackNode.class).withName("n1").delete();

    await("gone").untilAsserted(() -> assertThat(nodes.of("n1")).isEmpty());
  }

  @Test
  void anApiServerThatIsAwayIsWaitedForAndWhatWasKnownStaysKnown() {
    create("n1", FIRST);
    nodes.start().join();
    int port = server.port();

    server.close();

    assertThat(nodes.of("n1")).hasValue(FIRST);
    server = MockApiServer.start(port);
    create("n2", SECOND);
    await("watched again")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(nodes.of("n2")).hasValue(SECOND));
  }

  @Test
  void beforeTheFirstAnswerNobodyIsKnown() {
    server.close();

    CompletableFuture<Void> started = nodes.start();

    await("it is counted").until(() -> tally.interruptions() > 0);
    assertThat(started).isNotDone();
    assertThat(nodes.of("n1")).isEmpty();
    assertThat(nodes.ownerOf(FIRST)).isEmpty();
  }

  private void create(String name, String fingerprint) {
    ConntrackNode node = new ConntrackNode();
    node.setMetadata(new ObjectMetaBuilder().withName(name).build());
    node.setStatus(status(fingerprint));
    client.resource(node).create();
  }

  private static ConntrackNodeStatus status(String fingerprint) {
    return new ConntrackNodeStatus(
        Backend.NETFILTER, "1", "192.0.2.1", null, fingerprint, "1", null, null);
  }
}
