package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The network of a launcher pod on a node: it has the VM's addresses, a bridge for the guest behind
 * them, and a link of its own for migrations. It tracks connections strictly: without its entry a
 * connection is not translated and ends here. Stand-ins for launchers run in it, one for each pod
 * of the API.
 */
public final class Pod implements AutoCloseable {
  static final String UPLINK = "eth0";

  private static final String UPLINK_MAC = "02:00:00:00:01:01";
  private static final String MIGRATION_LINK = "eth1";

  private final Namespace network;
  private final NodeNamespaces namespaces;
  private final NodeFolders folders;
  private final String migrationAddress;
  private final List<LauncherStandIn> launchers = new ArrayList<>();

  private Pod(
      Namespace network, NodeNamespaces namespaces, NodeFolders folders, String migrationAddress) {
    this.network = network;
    this.namespaces = namespaces;
    this.folders = folders;
    this.migrationAddress = migrationAddress;
  }

  /** Makes the network of the pod on that node; nothing runs in it yet. */
  static Pod create(
      String node,
      Namespace nodeNetwork,
      NodeNamespaces namespaces,
      Fabric fabric,
      NodeFolders folders) {
    Namespace network = Namespace.createRouter(Plan.PREFIX + node + "-pod");
    plugIntoNode(network, nodeNetwork);
    Binding inside = Binding.MASQUERADE;
    network.ip("link", "add", inside.bridge(), "address", Plan.GATEWAY_MAC, "type", "bridge");
    network.ip("link", "set", inside.bridge(), "up");
    network.addAddresses(inside.bridge(), inside.gateway());
    String migrationAddress = Plan.migrationAddress(node);
    fabric.plug("v-" + node + "-pod", MIGRATION_LINK, network.name());
    network.ip("link", "set", MIGRATION_LINK, "up");
    network.ip("addr", "add", migrationAddress + "/24", "dev", MIGRATION_LINK);
    Pod pod = new Pod(network, namespaces.inNetwork(network), folders, migrationAddress);
    pod.reset();
    return pod;
  }

  private static void plugIntoNode(Namespace network, Namespace node) {
    node.ip(
        "link", "add", "v-pod", "type", "veth", "peer", "name", UPLINK, "netns", network.name());
    node.ip("link", "set", "v-pod", "master", Plan.GUEST_BRIDGE, "up");
    network.ip("link", "set", UPLINK, "address", UPLINK_MAC);
    network.ip("link", "set", UPLINK, "up");
    network.addAddresses(UPLINK, Plan.GUEST);
    for (String gateway : Plan.GATEWAY.both()) {
      network.ip("route", "add", "default", "via", gateway);
    }
  }

  /** Rules in place, no connection known. */
  public void reset() {
    Command.of(network.enter("nft", "-f", "-")).reading(MasqueradeRules.text()).run();
    network.sysctl(FirewallRules.STRICT_TCP);
    Command.of(network.enter("conntrack", "-F")).run();
  }

  /** Starts the stand-in for the launcher of the pod with this uid; it runs until the pod ends. */
  public void startLauncher(String podUid) {
    Path log = folders.root().resolve("launcher-" + podUid + ".log");
    launchers.add(LauncherStandIn.start(podUid, namespaces, folders.kubelet(), log));
  }

  /** A command in the pod's network, and in the node's mounts. */
  public Command command(String... words) {
    return Command.of(namespaces.enter(words));
  }

  NodeNamespaces namespaces() {
    return namespaces;
  }

  /** Where its libvirt and QEMU are reached for a migration. */
  String migrationAddress() {
    return migrationAddress;
  }

  @Override
  public void close() {
    launchers.forEach(LauncherStandIn::close);
  }
}
