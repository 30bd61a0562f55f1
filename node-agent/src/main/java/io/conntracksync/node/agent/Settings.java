package io.conntracksync.node.agent;

import io.conntracksync.node.backend.BackendSetting;
import io.conntracksync.node.gatekeeping.SocketAccess;
import io.conntracksync.node.kube.PodIdentity;
import io.conntracksync.node.kube.ReceivingPorts;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The agent's settings, checked. See the table in the module's README.
 *
 * @param node name of its node
 * @param namespace of the installation: the Lease lives there
 * @param pod in which it runs, if it does
 * @param address where it receives entries
 * @param ports on which of them
 * @param backend which table it reads and writes
 * @param hookSocket where the libvirt hook asks
 * @param hookBinary the hook for launcher pods; there need not be one
 * @param hookPeers user ids that may ask there
 * @param libvirtUri libvirt of this node; there need not be one
 * @param kubelet folder of the kubelet, where pods have their volumes
 * @param defaultHookDeadline for syncs that name none that can be read
 * @param maxEntries most entries that one sync may bring
 * @param maxSyncs most syncs under way in each role
 * @param httpPort of probes and metrics
 */
record Settings(
    String node,
    String namespace,
    Optional<PodIdentity> pod,
    InetAddress address,
    ReceivingPorts ports,
    BackendSetting backend,
    Path hookSocket,
    Path hookBinary,
    Set<Integer> hookPeers,
    String libvirtUri,
    Path kubelet,
    Duration defaultHookDeadline,
    int maxEntries,
    int maxSyncs,
    int httpPort) {
  Settings {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(pod, "pod");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(ports, "ports");
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(hookSocket, "hookSocket");
    Objects.requireNonNull(hookBinary, "hookBinary");
    Objects.requireNonNull(libvirtUri, "libvirtUri");
    Objects.requireNonNull(kubelet, "kubelet");
    Objects.requireNonNull(defaultHookDeadline, "defaultHookDeadline");
    hookPeers = Set.copyOf(hookPeers);
  }

  /** Where sessions write down what they do: as volatile as the kernel's table itself. */
  Path journalFolder() {
    return hookSocket.resolveSibling("journal");
  }

  /** Who may ask at a socket of ours, by so many connections at a time. */
  SocketAccess socketAccess(int maxConnections) {
    return new SocketAccess(hookPeers, maxConnections, SocketAccess.DEFAULTS.lineTimeout());
  }

  /** Where the gates of domains ask: beside the hook, so that one mount serves both. */
  Path gateFolder() {
    return hookSocket.resolveSibling("gate");
  }
}
