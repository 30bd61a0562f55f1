/**
 * The test bed: two real libvirt nodes with a stateful firewall each, a guest that migrates between
 * them, a client that talks to it, all in network namespaces of one machine. Knows nothing of
 * ConntrackSync, of Kubernetes, or of what the traffic means.
 */
package io.conntracksync.e2e.bed;
