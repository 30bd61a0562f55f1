/**
 * VMs in launcher pods, as KubeVirt has them: their NAT is in the pod's network, their libvirt in
 * the pod's root.
 */
package io.conntracksync.e2e.pods;
