package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A node: a network namespace, a private mount namespace and a host name of its own, with its own
 * libvirt daemon or with launchers in a pod, a bridge for guests, and a firewall between the bridge
 * and the fabric.
 *
 * <p>Files outside {@code /etc/libvirt}, {@code /run/libvirt}, {@code /run/conntracksync}, {@code
 * /run/cilium}, {@code /sys/fs/bpf} and libvirt's folders in {@code /var} are those of the machine,
 * at the same paths.
 */
public final class Node implements AutoCloseable {
  private final String name;
  private final DualStack addresses;
  private final NodeFolders folders;
  private final NodeNamespaces namespaces;
  private final NodeDatapath datapath;
  private final GuestLibvirt libvirt;
  private final LibvirtEvents events;
  private final Optional<Pod> pod;

  private Node(
      String name,
      DualStack addresses,
      NodeFolders folders,
      NodeNamespaces namespaces,
      NodeDatapath datapath,
      GuestLibvirt libvirt,
      LibvirtEvents events,
      Optional<Pod> pod) {
    this.name = name;
    this.addresses = addresses;
    this.folders = folders;
    this.namespaces = namespaces;
    this.datapath = datapath;
    this.libvirt = libvirt;
    this.events = events;
    this.pod = pod;
  }

  /** Makes the node and returns when its libvirt answers and its events are being read. */
  static Node create(String name, DualStack addresses, Fabric fabric, BedSettings settings) {
    NodeFolders folders = new NodeFolders(settings.work().resolve(name));
    folders.create();
    LibvirtConfiguration.write(folders.libvirtConfiguration(), UUID.randomUUID());
    settings
        .gateOf(name)
        .ifPresent(gate -> LibvirtGate.install(gate, folders.libvirtConfiguration()));

    Namespace network = Namespace.createRouter(Plan.PREFIX + name);
    NamespaceFiles.write(network);
    fabric.attach(network, addresses);
    network.ip("link", "add", Plan.GUEST_BRIDGE, "address", Plan.GATEWAY_MAC, "type", "bridge");
    network.ip("link", "set", Plan.GUEST_BRIDGE, "up");
    network.addAddresses(Plan.GUEST_BRIDGE, Plan.GATEWAY);

    NodeNamespaces namespaces = NodeNamespaces.create(name, network, folders);
    NodeDatapath datapath = NodeDatapath.install(network, namespaces, folders, settings);
    LibvirtEvents events = new LibvirtEvents(name);
    Optional<Pod> pod =
        settings.binding().equals(Binding.MASQUERADE)
            ? Optional.of(Pod.create(name, network, namespaces, fabric, folders, settings, events))
            : Optional.empty();
    GuestLibvirt libvirt =
        pod.<GuestLibvirt>map(made -> made)
            .orElseGet(
                () -> LibvirtDaemon.start(namespaces, addresses.v4(), folders.libvirtOutput()));
    libvirt.virsh().ifPresent(events::subscribe);
    return new Node(name, addresses, folders, namespaces, datapath, libvirt, events, pod);
  }

  /** The host name, also for a Kubernetes Node object. */
  public String name() {
    return name;
  }

  public DualStack addresses() {
    return addresses;
  }

  /** Of a bed with the masquerade binding: the pod in which its launchers and its guest are. */
  public Optional<Pod> pod() {
    return pod;
  }

  /** Where its libvirt and QEMU are reached for a migration. */
  LibvirtAddress libvirtAddress() {
    return libvirt.address();
  }

  /** The libvirt that has its guest; empty where that is a launcher's and none was started. */
  Optional<Virsh> libvirt() {
    return libvirt.virsh();
  }

  public Firewall firewall() {
    return datapath.firewall();
  }

  /** The services that lead to the client, as this node has them; none with netfilter. */
  public List<LocalService> services() {
    return datapath.services();
  }

  /** What this node's libvirt reports, since the node is up. */
  public LibvirtEvents events() {
    return events;
  }

  /**
   * The words that run a program on the node, in its network, mounts and host name; the process
   * becomes the program. Use absolute paths: its working directory is {@code /}.
   */
  public List<String> enter(String... words) {
    return namespaces.enter(words);
  }

  public Command command(String... words) {
    return Command.of(enter(words));
  }

  public Command virsh(String... words) {
    return libvirt()
        .orElseThrow(() -> new IllegalStateException("no launcher was started on " + name))
        .command(words);
  }

  /**
   * What the node's programs see as {@code /run/conntracksync}, as a path outside the node. For a
   * unix socket that path may be too long (107 bytes); inside it is not.
   */
  public Path agentRuntime() {
    return folders.agentRuntime();
  }

  /** What the node's programs see as {@code /etc/libvirt/hooks/qemu.d}, as a path outside. */
  public Path hooks() {
    return folders.libvirtConfiguration().resolve("hooks/qemu.d");
  }

  /** What libvirt's daemon and its plugin wrote on their standard error. */
  public Path libvirtOutput() {
    return folders.libvirtOutput();
  }

  /** When a guest's CPUs last stopped here, by QEMU's own word; empty when none ever did. */
  public Optional<Instant> lastCpuStop() {
    return CpuStop.last(folders.libvirtLogs().resolve("libvirtd.log"));
  }

  /** What the node's programs see as {@code /var/log/libvirt}, as a path outside the node. */
  public Path libvirtLogs() {
    return folders.libvirtLogs();
  }

  @Override
  public String toString() {
    return name;
  }

  /** Ends libvirt and the node's own processes; destroy the guests first. */
  @Override
  public void close() {
    events.close();
    libvirt.close();
    datapath.close();
    namespaces.close();
  }
}
