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

/**
 * The agents as two caches have them, which the control loop fills before its first reconciliation.
 * No change of an agent wakes a sync: it is judged once, when it begins, and a renewed Lease every
 * few seconds from every node would wake them all.
 *
 * <p>The caches may lag behind the sync, and a sync that is skipped is skipped for good: what they
 * show to be missing is looked up once more before it counts.
 */
public final class AgentCaches implements AgentDirectory {
  private final String namespace;
  private final AgentDirectory live;
  private final Clock clock;
  private InformerEventSource<ConntrackNode, ConntrackSync> nodes;
  private InformerEventSource<Lease, ConntrackSync> leases;

  /**
   * @param namespace where the agents keep their Leases
   * @param live asked only for an agent that is not ready by the caches
   */
  public AgentCaches(String namespace, AgentDirectory live, Clock clock) {
    this.namespace = namespace;
    this.live = live;
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
        .filter(AgentSight.Ready.class::isInstance)
        .orElseGet(() -> live.look(node));
  }

  private Optional<Lease> lease(String node) {
    return leases.get(new ResourceID(node, namespace));
  }

  private static <T extends HasMetadata> InformerEventSourceConfiguration.Builder<T> wakingNobody(
      InformerEventSourceConfiguration.Builder<T> builder) {
    return builder.withSecondaryToPrimaryMapper(changed -> Set.of());
  }
}
