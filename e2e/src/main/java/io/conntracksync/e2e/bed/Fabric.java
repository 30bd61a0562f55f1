package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.util.List;

/**
 * The network between the nodes: a bridge that also routes. Which node gets the guest's packets is
 * decided here, by one host route for each of the guest's addresses.
 */
public final class Fabric {
  private static final String BRIDGE = "br0";

  private final Namespace namespace;

  private Fabric(Namespace namespace) {
    this.namespace = namespace;
  }

  static Fabric create() {
    Namespace namespace = Namespace.createRouter(Plan.PREFIX + "fabric");
    namespace.ip("link", "add", BRIDGE, "type", "bridge");
    namespace.ip("link", "set", BRIDGE, "up");
    namespace.addAddresses(BRIDGE, Plan.FABRIC);
    return new Fabric(namespace);
  }

  /**
   * Connects a namespace: its end of the cable has these addresses, its default way is the fabric.
   */
  void attach(Namespace host, DualStack addresses) {
    String port = "v-" + host.name().substring(Plan.PREFIX.length());
    plug(port, Plan.UPLINK, host.name());
    host.ip("link", "set", Plan.UPLINK, "up");
    host.addAddresses(Plan.UPLINK, addresses);
    for (String gateway : Plan.FABRIC.both()) {
      host.ip("route", "add", "default", "via", gateway);
    }
  }

  /**
   * Makes a cable from a port of the bridge to a link of this name in this namespace, which is
   * known by its name or by the id of a process in it.
   */
  void plug(String port, String link, String place) {
    namespace.ip("link", "add", port, "type", "veth", "peer", "name", link, "netns", place);
    namespace.ip("link", "set", port, "master", BRIDGE, "up");
  }

  public DualStack addresses() {
    return Plan.FABRIC;
  }

  /** The words that run a program in the fabric's network; its process becomes the program. */
  public List<String> enter(String... words) {
    return namespace.enter(words);
  }

  public Command command(String... words) {
    return Command.of(enter(words));
  }

  /** Sends the guest's packets to this node from now on, as a network plugin does at the resume. */
  public void moveGuest(Node node) {
    // Both families in one process: the second would be some milliseconds late.
    String routes =
        route(Plan.GUEST.v4() + "/32", node.addresses().v4())
            + route(Plan.GUEST.v6() + "/128", node.addresses().v6());
    Command.of("ip", "-n", namespace.name(), "-batch", "-").reading(routes).run();
  }

  private static String route(String destination, String gateway) {
    return "route replace " + destination + " via " + gateway + "\n";
  }
}
