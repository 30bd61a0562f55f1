/**
 * Finds the virt-launcher of a KubeVirt pod on this node: from the pod's uid to a process, and from
 * that to its network, its libvirt's socket and its root, where the hook is put. Trusts no file
 * that the pod can write. Must not know tables, syncs or Kubernetes.
 */
package io.conntracksync.node.launcher;
