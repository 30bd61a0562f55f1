/**
 * Plays KubeVirt on a real API server: its objects, with the fields and in the order that
 * virt-controller and virt-handler write them. Knows nothing of libvirt, nodes or this project's
 * resources: the real migration is run by the caller between two steps.
 */
package io.conntracksync.e2e.kubevirt;
