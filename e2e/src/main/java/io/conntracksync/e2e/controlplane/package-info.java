/**
 * A real Kubernetes control plane without containers: etcd, kube-apiserver, kube-controller-manager
 * as processes, and the identities that talk to it. Knows the project's API and roles; knows
 * nothing of nodes, guests or KubeVirt.
 */
package io.conntracksync.e2e.controlplane;
