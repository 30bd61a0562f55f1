/**
 * What the node's libvirt says of its domains: a read-only client that listens and never asks for
 * anything to be done. Knows sessions by the one interface that is told; knows nothing of
 * Kubernetes, connections between agents, or tables.
 */
package io.conntracksync.node.libvirt;
