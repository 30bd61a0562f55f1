package io.conntracksync.node.kube;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/** The sign of life: a Lease named after the node in the namespace of the installation. */
final class NodeLease {
  /** How often it is renewed: three may be lost before the node counts as gone. */
  static final Duration PERIOD = Duration.ofSeconds(10);

  /** How long one renewal speaks for the agent. */
  static final Duration VALID = Duration.ofSeconds(40);

  private final NodeIdentity identity;
  private final NodeApi api;
  private final Clock clock;

  NodeLease(NodeIdentity identity, NodeApi api, Clock clock) {
    this.identity = identity;
    this.api = api;
    this.clock = clock;
  }

  /** Throws KubernetesClientException when the API server did not take it. */
  void renew() {
    api.applyLease(renewed());
  }

  private Lease renewed() {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace(identity.namespace())
        .withName(identity.node())
        // Without its agent it says nothing: it goes with the pod, also when all is uninstalled.
        .withOwnerReferences(identity.pod().map(PodIdentity::asOwner).stream().toList())
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(identity.node())
        .withLeaseDurationSeconds((int) VALID.toSeconds())
        // Micro seconds: the resolution of the field (metav1.MicroTime).
        .withRenewTime(
            ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS))
        .endSpec()
        .build();
  }
}
