/** VMs with KubeVirt's masquerade binding: their NAT is in the launcher pod's network. */
package io.conntracksync.e2e.masquerade;
