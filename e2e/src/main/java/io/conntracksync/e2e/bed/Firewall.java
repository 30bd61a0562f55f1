package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;

/** The stateful firewall of a node, on what it forwards between its guest and the fabric. */
public final class Firewall {
  private final Namespace node;

  Firewall(Namespace node) {
    this.node = node;
  }

  /** As on a node that has just started: rules in place, counters at zero, no connection known. */
  public void reset() {
    // First the rules: connection tracking is off in a network namespace until a rule needs it.
    Command.of(node.enter("nft", "-f", "-")).reading(FirewallRules.text()).run();
    node.sysctl(FirewallRules.STRICT_TCP);
    Command.of(node.enter("conntrack", "-F")).run();
  }

  public FirewallCounters counters() {
    return FirewallCounters.parse(
        Command.of(node.enter("nft", "list", "counters", "table", "inet", FirewallRules.TABLE))
            .run());
  }
}
