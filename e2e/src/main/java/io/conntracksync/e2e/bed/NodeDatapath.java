package io.conntracksync.e2e.bed;

import java.util.List;
import java.util.Optional;

/** The data path of a node: its firewall, and with Cilium's maps also services and an agent. */
final class NodeDatapath implements AutoCloseable {
  private final Firewall firewall;
  private final List<LocalService> services;
  private final Optional<CiliumAgent> agent;

  private NodeDatapath(
      Firewall firewall, List<LocalService> services, Optional<CiliumAgent> agent) {
    this.firewall = firewall;
    this.services = List.copyOf(services);
    this.agent = agent;
  }

  /** Puts it between the node's bridge for guests and the fabric; returns when it works. */
  static NodeDatapath install(
      Namespace network, NodeNamespaces namespaces, NodeFolders folders, BedSettings settings) {
    Datapath datapath = settings.datapath();
    if (!datapath.isCilium()) {
      return new NodeDatapath(NetfilterFirewall.install(network), List.of(), Optional.empty());
    }
    String node = namespaces.hostName();
    Firewall firewall =
        CiliumFirewall.install(
            words -> namespaces.enter(words.toArray(String[]::new)),
            Plan.GUEST_BRIDGE,
            settings.firewallProgram(),
            ServicePlan.all(node, datapath));
    CiliumAgent agent =
        CiliumAgent.start(settings.ciliumAgent(), datapath, namespaces, folders.ciliumOutput());
    return new NodeDatapath(firewall, ServicePlan.toClient(node), Optional.of(agent));
  }

  Firewall firewall() {
    return firewall;
  }

  List<LocalService> services() {
    return services;
  }

  @Override
  public void close() {
    agent.ifPresent(CiliumAgent::close);
  }
}
