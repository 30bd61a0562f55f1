/**
 * Which table this node has: netfilter's, the maps of its Cilium, or the API of its Cilium's agent.
 * What was found on the node and what was set lead to a decision; whoever has the decision opens
 * the table with what else depends on its kind. Must not know sessions, peers or Kubernetes.
 */
package io.conntracksync.node.backend;
