package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;

/** One of nftables, with its connections in the kernel's table. */
final class NetfilterFirewall implements Firewall {
  private final Namespace node;

  private NetfilterFirewall(Namespace node) {
    this.node = node;
  }

  /** Puts it there, as {@link #reset} leaves it. */
  static NetfilterFirewall install(Namespace node) {
    NetfilterFirewall firewall = new NetfilterFirewall(node);
    firewall.reset();
    return firewall;
  }

  @Override
  public void reset() {
    // First the rules: connection tracking is off in a network namespace until a rule needs it.
    Command.of(node.enter("nft", "-f", "-")).reading(FirewallRules.text()).run();
    node.sysctl(FirewallRules.STRICT_TCP);
    Command.of(node.enter("conntrack", "-F")).run();
  }

  @Override
  public FirewallCounters counters() {
    return FirewallCounters.parse(
        Command.of(node.enter("nft", "list", "counters", "table", "inet", FirewallRules.TABLE))
            .run());
  }
}
