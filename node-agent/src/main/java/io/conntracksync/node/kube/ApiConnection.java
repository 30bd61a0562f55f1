package io.conntracksync.node.kube;

import io.conntracksync.api.ApiSerialization;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.Objects;

/** How the agent talks to the API server. */
public final class ApiConnection implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final KubernetesClient client;

  ApiConnection(KubernetesClient client) {
    this.client = Objects.requireNonNull(client);
  }

  /** As the service account of its pod, or by KUBECONFIG. Connects to nothing yet. */
  public static ApiConnection create(String agentVersion) {
    Config config =
        new ConfigBuilder(Config.autoConfigure(null))
            .withUserAgent("conntracksync-node-agent/" + agentVersion)
            .withConnectionTimeout((int) CONNECT.toMillis())
            .withRequestTimeout((int) ANSWER.toMillis())
            // Who writes tries again with the latest state; the client would repeat the old one.
            .withRequestRetryBackoffLimit(0)
            .build();
    return new ApiConnection(
        new KubernetesClientBuilder()
            .withConfig(config)
            .withKubernetesSerialization(ApiSerialization.create())
            .build());
  }

  KubernetesClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }
}
