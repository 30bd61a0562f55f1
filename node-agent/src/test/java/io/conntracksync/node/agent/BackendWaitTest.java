package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.backend.BackendSearch;
import io.conntracksync.node.backend.BackendSetting;
import io.conntracksync.node.backend.NodeBackend;
import io.conntracksync.node.kube.MockApiServer;
import io.conntracksync.node.kube.ReceivingPorts;
import io.conntracksync.node.table.ciliumapi.InMemoryCiliumAgent;
import io.conntracksync.node.table.ciliumapi.InMemoryCiliumAgent.Fault;
import io.conntracksync.node.table.ciliumbpf.CiliumPaths;
import io.conntracksync.node.transfer.PublishedByHand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent says of itself whose node has no table yet. */
class BackendWaitTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private final MockApiServer server = MockApiServer.start(0);
  private InMemoryCiliumAgent cilium;
  private Settings settings;

  @BeforeEach
  void node() throws IOException {
    cilium = InMemoryCiliumAgent.at(folder.resolve("cilium.sock"));
    settings = settings();
  }

  @AfterEach
  void stop() {
    cilium.close();
    server.close();
  }

  @Test
  void isAliveAndNotReadySaysWhyAndGoesOnWhenCiliumIsThere() throws Exception {
    cilium.has(Fault.FAILS);
    CompletableFuture<NodeBackend> backend = CompletableFuture.supplyAsync(this::awaited);

    await("said")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> get("/readyz").statusCode() == 503);
    await("reason")
        .atMost(PATIENCE)
        .until(() -> get("/readyz").body().startsWith("BackendAwaited: "));
    assertThat(get("/readyz").body())
        .contains("the backend cilium-api is set: ")
        .contains("status 500");
    assertThat(get("/livez").statusCode()).isEqualTo(200);

    cilium.has(Fault.NONE);
    await("found").atMost(PATIENCE).until(backend::isDone);
    assertThat(backend.join().table().format().backend()).isEqualTo("cilium-api");
    assertThatThrownBy(() -> get("/livez")).isInstanceOf(IOException.class);
  }

  @Test
  void whatOnlyAnAdministratorCanChangeEndsTheStart() {
    cilium.has(Fault.HAS_NO_SUCH_CALL);

    assertThatThrownBy(this::awaited)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(StartException.class)
        .hasMessageContaining("use the backend cilium-bpf");
  }

  private NodeBackend awaited() {
    Path nowhere = folder.resolve("nowhere");
    CiliumPaths paths = new CiliumPaths(nowhere, folder.resolve("cilium.sock"), nowhere, nowhere);
    try {
      return BackendWait.await(
          settings,
          PublishedByHand.newKey().fingerprint(),
          new BackendSearch(settings.backend(), paths),
          () -> MockApiServer.connection(server.port()));
    } catch (StartException refused) {
      throw new CompletionException(refused);
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + settings.httpPort() + path))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static Settings settings() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return new Settings(
          "n2",
          "conntracksync-system",
          Optional.empty(),
          InetAddress.getLoopbackAddress(),
          new ReceivingPorts(28152, 28251),
          BackendSetting.CILIUM_API,
          Path.of("/run/conntracksync/cts-hook"),
          Path.of("/usr/libexec/conntracksync/conntracksync-hook"),
          Set.of(0),
          "qemu:///system",
          Path.of("/var/lib/kubelet"),
          Duration.ofMillis(200),
          1000,
          10,
          free.getLocalPort());
    }
  }
}
