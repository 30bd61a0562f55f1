package io.conntracksync.e2e.bed;

/** The stateful firewall of a node, on what it forwards between its guest and the fabric. */
public interface Firewall {
  /** As on a node that has just started: rules in place, counters at zero, no connection known. */
  void reset();

  FirewallCounters counters();
}
