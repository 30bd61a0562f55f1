package io.conntracksync.node.table.ciliumbpf;

/** What must be known of a node's Cilium to understand its entries. */
record CiliumNode(Generation generation, ClockSource clock) {}
