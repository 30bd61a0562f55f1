package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.node.table.TableFormat;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * What this agent is, for as long as it runs.
 *
 * @param node name of its node, and of its ConntrackNode and Lease
 * @param namespace where it is installed: the Lease's namespace
 * @param pod in which it runs, where it runs in one; in that namespace
 * @param format what its table speaks, once it is known which table that is
 * @param address where it receives entries
 * @param ports on which of them
 * @param certificateFingerprint of the certificate that it shows there
 * @param version of the agent
 */
public record NodeIdentity(
    String node,
    String namespace,
    Optional<PodIdentity> pod,
    Optional<TableFormat> format,
    InetAddress address,
    ReceivingPorts ports,
    String certificateFingerprint,
    String version) {
  public NodeIdentity {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(pod, "pod");
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(ports, "ports");
    Objects.requireNonNull(certificateFingerprint, "certificateFingerprint");
    Objects.requireNonNull(version, "version");
  }

  /** The backend as the API names it, if it is known. */
  Optional<Backend> backend() {
    return format.map(known -> backend(known.backend()));
  }

  /** How it encodes entries, if it is known. */
  Optional<String> layout() {
    return format.map(TableFormat::layout);
  }

  /** A table whose backend the API does not know is our bug. */
  private static Backend backend(String name) {
    return switch (name) {
      case "netfilter" -> Backend.NETFILTER;
      case "cilium-bpf" -> Backend.CILIUM_BPF;
      case "cilium-api" -> Backend.CILIUM_API;
      default ->
          throw new IllegalStateException(
              "backend '" + name + "' is none of " + Arrays.toString(Backend.values()));
    };
  }
}
