/**
 * The bed as a Kubernetes cluster: two nodes of libvirt, a control plane, KubeVirt's API, and the
 * product's programs with the rights they ship with. Knows all parts of the bed; knows nothing of
 * the demo or of single tests.
 */
package io.conntracksync.e2e.cluster;
