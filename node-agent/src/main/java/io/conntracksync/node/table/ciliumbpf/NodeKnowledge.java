package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.TableException;

/** What is known of this node's Cilium at present. Safe for several threads. */
interface NodeKnowledge {
  CiliumNode node() throws TableException;

  /** The time, in units of that clock. */
  int now(ClockSource clock) throws TableException;
}
