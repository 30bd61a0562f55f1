package io.conntracksync.operator.agents;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The agents as two caches have them, which the control loop fills before its first reconciliation.
 * No change of an agent wakes a sync: it is judged once, when it begins, and a renewed Lease every
 * few seconds from every node would wake them all.
 */
public final class AgentCaches implements AgentDirectory {
  private final String namespace;
  private final Predicate<String> nodeExists;
  private final Clock clock;
  private InformerEventSource<ConntrackNode, ConntrackSync> nodes;
  private InformerEventSource<Lease, ConntrackSync> leases;

  /**
   * @param namespace where the agents keep their Leases
   * @param nodeExists asked only for a node without a ConntrackNode
   */
  public AgentCaches(String namespace, Predicate<String> nodeExists, Clock clock) {
    this.namespace = namespace;
    this.nodeExists = nodeExists;
    this.clock = clock;
  }

  /** The caches, for the control loop to start; to be called once, before any look-up. */
  public List<EventSource<?, ConntrackSync>> eventSources(
      EventSourceContext<ConntrackSync> context) {
    nodes =
        new InformerEventSource<>(
            wakingNobody(
                    InformerEventSourceConfiguration.from(ConntrackNode.class, ConntrackSync.class))
                .withWatchAllNamespaces()
                .build(),
            context);
    leases =
        new InformerEventSource<>(
            wakingNobody(InformerEventSourceConfiguration.from(Lease.class, ConntrackSync.class))
                .withNamespaces(namespace)
                .build(),
            context);
    return List.of(nodes, leases);
  }

  @Override
  public AgentSight look(String node) {
    Objects.requireNonNull(nodes, "eventSources() comes before look()");
    return nodes
        .get(new ResourceID(node))
        .map(found -> AgentReader.read(found, lease(node), clock.instant()))
        .orElseGet(
            () -> nodeExists.test(node) ? new AgentSight.NoAgent() : new AgentSight.UnknownNode());
  }

  private Optional<Lease> lease(String node) {
    return leases.get(new ResourceID(node, namespace));
  }

  private static <T extends HasMetadata> InformerEventSourceConfiguration.Builder<T> wakingNobody(
      InformerEventSourceConfiguration.Builder<T> builder) {
    return builder.withSecondaryToPrimaryMapper(changed -> Set.of());
  }
}
