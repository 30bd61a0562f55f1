package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.operator.agents.Agent;
import io.conntracksync.operator.agents.AgentSight;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a sync cannot begin: the first finding counts. Nothing waits for an agent to come: the
 * migration would be over before, and the VM gains nothing.
 */
final class SkipChecks {
  private static final String CHECK = "start conntracksync-node-agent there, or see its log";

  private SkipChecks() {}

  static Optional<Standing> check(Observation seen) {
    SyncView sync = seen.sync();
    return agent("sourceNode", sync.sourceNode(), seen.source(), seen.now())
        .or(() -> agent("targetNode", sync.targetNode(), seen.target(), seen.now()))
        .or(() -> pair(sync, ready(seen.source()), ready(seen.target())));
  }

  private static Optional<Standing> agent(
      String field, String node, AgentSight sight, Instant now) {
    if (sight instanceof AgentSight.Ready) {
      return Optional.empty();
    }
    if (sight instanceof AgentSight.UnknownNode) {
      return skipped(
          Reason.NODE_UNKNOWN,
          String.format(
              "there is no node %s: spec.%s takes the name of a Kubernetes node; delete this sync and"
                  + " create one with the right name",
              node, field));
    }
    if (sight instanceof AgentSight.NotReady notReady) {
      return skipped(
          Reason.AGENT_NOT_READY,
          String.format(
              "the agent of node %s is not ready (%s): see kubectl get conntracknode %s -o wide",
              node, notReady.why(), node));
    }
    if (sight instanceof AgentSight.Silent silent) {
      return skipped(
          Reason.AGENT_MISSING,
          String.format(
              "node %s has no ready agent (last seen %s ago): " + CHECK,
              node,
              age(Duration.between(silent.lastSeen(), now))));
    }
    return skipped(
        Reason.AGENT_MISSING,
        String.format(
            "node %s has no ready agent (%s): " + CHECK,
            node,
            sight instanceof AgentSight.NoAgent ? "no ConntrackNode " + node : "no Lease " + node));
  }

  private static Optional<Standing> pair(SyncView sync, Agent source, Agent target) {
    Optional<Agent> keyless =
        Stream.of(source, target).filter(agent -> agent.fingerprint().isEmpty()).findFirst();
    if (keyless.isPresent()) {
      return skipped(
          Reason.AGENT_INCOMPLETE,
          String.format(
              "the agent of node %s has published no certificateFingerprint in its ConntrackNode, by"
                  + " which others recognise it: bring it to the version of this operator",
              keyless.get().node()));
    }
    if (source.backend() != target.backend()) {
      return skipped(
          Reason.BACKENDS_DIFFER,
          String.format(
              "node %s has backend %s, node %s has %s: entries of one kind do not fit another; use"
                  + " nodes with the same backend",
              source.node(), text(source.backend()), target.node(), text(target.backend())));
    }
    if (!source.layout().equals(target.layout())) {
      return skipped(
          Reason.LAYOUTS_DIFFER,
          String.format(
              "node %s has layout %s of backend %s, node %s has %s: bring both nodes to the same"
                  + " version of the network plugin and of the agent",
              source.node(),
              source.layout(),
              text(source.backend()),
              target.node(),
              target.layout()));
    }
    if (sync.addresses().stream().noneMatch(a -> takes(target.backend(), a))) {
      return skipped(
          Reason.ADDRESS_FAMILY_UNSUPPORTED,
          String.format(
              "backend %s of node %s takes IPv4 only and the sync has %s: give the VM an IPv4 address,"
                  + " or use the backend cilium-bpf",
              text(target.backend()), target.node(), String.join(", ", sync.addresses())));
    }
    if (target.ports().isEmpty() || target.address().isEmpty()) {
      return skipped(
          Reason.AGENT_INCOMPLETE,
          String.format(
              "the agent of node %s has published no %s in its ConntrackNode: set %s of the agent",
              target.node(),
              target.ports().isEmpty() ? "port range" : "address",
              target.ports().isEmpty() ? "--ports" : "--address"));
    }
    return Optional.empty();
  }

  // The HTTP API of a Cilium that offers it knows IPv4 addresses only; the others take both.
  private static boolean takes(Backend backend, String address) {
    return backend != Backend.CILIUM_API || !address.contains(":");
  }

  private static Agent ready(AgentSight sight) {
    return ((AgentSight.Ready) sight).agent();
  }

  private static Optional<Standing> skipped(Reason reason, String message) {
    return Optional.of(Standing.skipped(reason, message));
  }

  private static String text(Backend backend) {
    return switch (backend) {
      case NETFILTER -> "netfilter";
      case CILIUM_BPF -> "cilium-bpf";
      case CILIUM_API -> "cilium-api";
      case UNRECOGNISED -> "unknown to this operator";
    };
  }

  private static String age(Duration age) {
    if (age.toHours() > 0) {
      return age.toHours() + "h";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + "m" : age.toSeconds() + "s";
  }
}
