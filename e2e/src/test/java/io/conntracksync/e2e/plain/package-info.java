/** Plain libvirt: syncs as a user makes them, without any object of KubeVirt. */
package io.conntracksync.e2e.plain;
