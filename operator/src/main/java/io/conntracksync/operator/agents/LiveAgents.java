package io.conntracksync.operator.agents;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.operator.log.LogKeys;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents as the API server has them at this moment: up to three requests a look, for answers
 * that are final.
 */
public final class LiveAgents implements AgentDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(LiveAgents.class);

  private final KubernetesClient client;
  private final String namespace;
  private final Clock clock;

  /**
   * @param namespace where the agents keep their Leases
   */
  public LiveAgents(KubernetesClient client, String namespace, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.clock = clock;
  }

  @Override
  public AgentSight look(String node) {
    ConntrackNode found = client.resources(ConntrackNode.class).withName(node).get();
    if (found == null) {
      return nodeExists(node) ? new AgentSight.NoAgent() : new AgentSight.UnknownNode();
    }
    Lease lease = client.leases().inNamespace(namespace).withName(node).get();
    return AgentReader.read(found, Optional.ofNullable(lease), clock.instant());
  }

  private boolean nodeExists(String node) {
    try {
      return client.nodes().withName(node).get() != null;
    } catch (KubernetesClientException e) {
      // Not knowing better, the missing agent is what can be said.
      LOG.atWarn().addKeyValue(LogKeys.NODE, node).setCause(e).log("node not readable");
      return true;
    }
  }
}
