/**
 * What is done in launcher pods for a sync, from its start to its end: the hook and its socket, the
 * gate's socket, listening to their libvirt. Knows sessions by what they are told. Must not know
 * tables, peers or Kubernetes.
 */
package io.conntracksync.node.pod;
