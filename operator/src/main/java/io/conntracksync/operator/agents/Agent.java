package io.conntracksync.operator.agents;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.operator.ports.Ports;
import java.util.Objects;
import java.util.Optional;

/**
 * A ready agent.
 *
 * @param layout how its backend encodes entries, as published; only equality counts
 * @param address where it receives entries; empty when it published none
 * @param fingerprint of the certificate that it shows; empty when it published none
 * @param ports the ports that it may be given; empty when it published none
 */
public record Agent(
    String node,
    Backend backend,
    String layout,
    Optional<String> fingerprint,
    Optional<String> address,
    Optional<Ports> ports) {
  public Agent {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(layout, "layout");
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(ports, "ports");
  }
}
