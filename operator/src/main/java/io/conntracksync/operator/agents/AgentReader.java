package io.conntracksync.operator.agents;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConditionType;
import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.conntracksync.api.v1alpha1.PortRange;
import io.conntracksync.operator.ports.Ports;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Turns what an agent wrote of itself into what is seen of it. Pure; nothing written can throw. */
final class AgentReader {
  // What an agent that does not say otherwise promises (the kubelet's own Lease has the same).
  private static final int DEFAULT_LEASE_SECONDS = 40;

  private AgentReader() {}

  static AgentSight read(ConntrackNode node, Optional<Lease> lease, Instant now) {
    ConntrackNodeStatus status = node.getStatus();
    if (status == null) {
      return new AgentSight.NotReady("it has not said so yet");
    }
    Optional<Condition> ready = ready(status);
    if (ready.filter(c -> "True".equals(c.getStatus())).isEmpty()) {
      return new AgentSight.NotReady(
          ready.map(Condition::getMessage).orElse("it has not said so yet"));
    }
    Optional<Instant> renewed = lease.flatMap(AgentReader::renewed);
    if (renewed.isEmpty()) {
      return new AgentSight.NoLease();
    }
    if (renewed.get().plus(duration(lease.get())).isBefore(now)) {
      return new AgentSight.Silent(renewed.get());
    }
    return new AgentSight.Ready(agent(node.getMetadata().getName(), status));
  }

  private static Optional<Condition> ready(ConntrackNodeStatus status) {
    List<Condition> conditions = status.conditions() == null ? List.of() : status.conditions();
    return conditions.stream().filter(c -> ConditionType.READY.equals(c.getType())).findFirst();
  }

  private static Optional<Instant> renewed(Lease lease) {
    return Optional.ofNullable(lease.getSpec())
        .flatMap(spec -> Optional.ofNullable(spec.getRenewTime()))
        .map(time -> time.toInstant());
  }

  private static Duration duration(Lease lease) {
    return Duration.ofSeconds(
        Optional.ofNullable(lease.getSpec().getLeaseDurationSeconds())
            .orElse(DEFAULT_LEASE_SECONDS));
  }

  private static Agent agent(String node, ConntrackNodeStatus status) {
    return new Agent(
        node,
        Optional.ofNullable(status.backend()).orElse(Backend.UNRECOGNISED),
        Optional.ofNullable(status.layout()).orElse(""),
        Optional.ofNullable(status.certificateFingerprint()),
        Optional.ofNullable(status.address()).filter(address -> !address.isBlank()),
        ports(status.ports()));
  }

  private static Optional<Ports> ports(PortRange range) {
    if (range == null || range.first() == null || range.last() == null) {
      return Optional.empty();
    }
    // The schema bounds each number; that the first is not above the last, nobody checks.
    return range.first() < 1 || range.last() > 65535 || range.first() > range.last()
        ? Optional.empty()
        : Optional.of(new Ports(range.first(), range.last()));
  }
}
