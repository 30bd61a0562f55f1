package io.conntracksync.operator.settings;

import java.util.Objects;
import java.util.Optional;

/**
 * Everything that can be set.
 *
 * @param namespace where the operator and the agents live: their Leases are looked for there
 * @param pod in which it runs, where it runs in one
 * @param httpPort health and metrics; 0 takes any free port
 */
public record OperatorSettings(
    String namespace,
    Optional<OwnPod> pod,
    int httpPort,
    Leadership leadership,
    SyncDefaults defaults) {
  public OperatorSettings {
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(pod, "pod");
    Objects.requireNonNull(leadership, "leadership");
    Objects.requireNonNull(defaults, "defaults");
    if (httpPort < 0 || httpPort > 65535) {
      throw new IllegalArgumentException(
          "http-port " + httpPort + " is not a port; write 0 (any free one) to 65535");
    }
  }
}
