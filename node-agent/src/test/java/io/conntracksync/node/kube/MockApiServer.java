package io.conntracksync.node.kube;

import io.conntracksync.api.ApiSerialization;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.net.InetAddress;
import java.util.HashMap;

/**
 * The client's mock server, which keeps objects in memory. It is no API server: apply is answered
 * with 415, field selectors other than of the metadata match nothing, and no schema is checked.
 */
public final class MockApiServer implements AutoCloseable {
  private final KubernetesMockServer server;

  private MockApiServer(KubernetesMockServer server) {
    this.server = server;
  }

  /** Port 0 takes any. */
  public static MockApiServer start(int port) {
    KubernetesMockServer server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    server.init(InetAddress.getLoopbackAddress(), port);
    return new MockApiServer(server);
  }

  public int port() {
    return server.getPort();
  }

  /** A client that reads objects as the agent's own does. */
  static KubernetesClient client(int port) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + port)
            .withRequestRetryBackoffLimit(0)
            .withWatchReconnectInterval(50)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(ApiSerialization.create())
        .build();
  }

  /** The agent's connection to it. */
  public static ApiConnection connection(int port) {
    return new ApiConnection(client(port));
  }

  @Override
  public void close() {
    server.destroy();
  }
}
