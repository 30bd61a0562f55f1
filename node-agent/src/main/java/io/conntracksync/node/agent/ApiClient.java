package io.conntracksync.node.agent;

import io.conntracksync.api.ApiSerialization;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;

/** How the agent talks to the API server. */
final class ApiClient {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private ApiClient() {}

  /** As the service account of its pod, or by KUBECONFIG. Connects to nothing yet. */
  static KubernetesClient create() {
    Config config =
        new ConfigBuilder(Config.autoConfigure(null))
            .withUserAgent("conntracksync-node-agent/" + AgentVersion.text())
            .withConnectionTimeout((int) CONNECT.toMillis())
            .withRequestTimeout((int) ANSWER.toMillis())
            // Who writes tries again with the latest state; the client would repeat the old one.
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(ApiSerialization.create())
        .build();
  }
}
