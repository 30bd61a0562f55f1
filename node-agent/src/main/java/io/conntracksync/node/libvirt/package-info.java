/**
 * What libvirts on this node say of their domains, the node's own and those of launcher pods:
 * read-only clients that listen and never ask for anything to be done. Knows sessions by the one
 * interface that is told; knows nothing of Kubernetes, connections between agents, or tables.
 */
package io.conntracksync.node.libvirt;
