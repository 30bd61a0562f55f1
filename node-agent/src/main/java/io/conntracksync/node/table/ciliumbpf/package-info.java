/**
 * The connection-tracking maps of a node's Cilium, read and written by bpf(2). Knows the layouts of
 * Cilium 1.15 to 1.20, its service and backend maps, and its two clocks. Must not know sessions,
 * peers or Kubernetes.
 */
package io.conntracksync.node.table.ciliumbpf;
