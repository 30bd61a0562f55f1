package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The network of a launcher pod on a node: it has the VM's addresses, a bridge for the guest behind
 * them, and a link of its own for migrations. It tracks connections strictly: without its entry a
 * connection is not translated and ends here. One stand-in for a launcher runs in it at a time, for
 * the pod of the API that is on the node.
 */
public final class Pod implements GuestLibvirt {
  static final String UPLINK = "eth0";

  private static final String UPLINK_MAC = "02:00:00:00:01:01";
  private static final String MIGRATION_LINK = "eth1";

  private final Namespace network;
  private final NodeNamespaces namespaces;
  private final NodeFolders folders;
  private final BedSettings settings;
  private final LibvirtEvents events;
  private final LibvirtAddress address;
  private Optional<LauncherStandIn> launcher = Optional.empty();

  private Pod(
      Namespace network,
      NodeNamespaces namespaces,
      NodeFolders folders,
      BedSettings settings,
      LibvirtEvents events,
      LibvirtAddress address) {
    this.network = network;
    this.namespaces = namespaces;
    this.folders = folders;
    this.settings = settings;
    this.events = events;
    this.address = address;
  }

  /**
   * Makes the network of the pod on that node; nothing runs in it yet.
   *
   * @param events which are told what the launcher's libvirt reports
   */
  static Pod create(
      String node,
      Namespace nodeNetwork,
      NodeNamespaces namespaces,
      Fabric fabric,
      NodeFolders folders,
      BedSettings settings,
      LibvirtEvents events) {
    Namespace network = Namespace.createRouter(Plan.PREFIX + node + "-pod");
    plugIntoNode(network, nodeNetwork);
    Binding inside = Binding.MASQUERADE;
    network.ip("link", "add", inside.bridge(), "address", Plan.GATEWAY_MAC, "type", "bridge");
    network.ip("link", "set", inside.bridge(), "up");
    network.addAddresses(inside.bridge(), inside.gateway());
    makeTap(network, inside.tap().orElseThrow(), inside.bridge());
    String migrationAddress = Plan.migrationAddress(node);
    fabric.plug("v-" + node + "-pod", MIGRATION_LINK, network.name());
    network.ip("link", "set", MIGRATION_LINK, "up");
    network.ip("addr", "add", migrationAddress + "/24", "dev", MIGRATION_LINK);
    Pod pod =
        new Pod(
            network,
            namespaces.inNetwork(network),
            folders,
            settings,
            events,
            LibvirtAddress.ofSession(migrationAddress));
    pod.reset();
    return pod;
  }

  /** For the launcher's user: what runs in the pod may not make one, as in KubeVirt. */
  private static void makeTap(Namespace network, String tap, String bridge) {
    String user = Integer.toString(LauncherRoot.USER);
    network.ip("tuntap", "add", "dev", tap, "mode", "tap", "user", user, "group", user);
    network.ip("link", "set", tap, "master", bridge, "up");
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

  /**
   * Starts the stand-in for the launcher of the pod with this uid, in place of one that is there,
   * and returns when its libvirt answers and its events are being read.
   *
   * @param change done to its root before anything runs in it
   */
  public LauncherRoot startLauncher(
      String podUid, LauncherImage image, Consumer<LauncherRoot> change) {
    endLauncher();
    LauncherRoot root =
        LauncherRoot.create(
            folders.launcher(podUid),
            LauncherRoot.volumes(folders.kubelet(), podUid),
            image,
            settings.guestKernel(),
            settings.guestImage());
    change.accept(root);
    Path log = folders.root().resolve("launcher-" + podUid + ".log");
    LauncherStandIn started =
        LauncherStandIn.start(podUid, namespaces, root, folders.launcherCache(), log);
    launcher = Optional.of(started);
    events.subscribe(started.virsh());
    return root;
  }

  /** Of the launcher that runs now. */
  public Optional<LauncherRoot> launcherRoot() {
    return launcher.map(LauncherStandIn::root);
  }

  private void endLauncher() {
    events.close();
    launcher.ifPresent(LauncherStandIn::close);
    launcher = Optional.empty();
  }

  /** A command in the pod's network, and in the node's mounts. */
  public Command command(String... words) {
    return Command.of(namespaces.enter(words));
  }

  @Override
  public Optional<Virsh> virsh() {
    return launcher.map(LauncherStandIn::virsh);
  }

  @Override
  public LibvirtAddress address() {
    return address;
  }

  @Override
  public void close() {
    endLauncher();
  }
}
