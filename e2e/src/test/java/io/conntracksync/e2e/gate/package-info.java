/** The gate in real libvirt daemons: what guests and migrations see of it. */
package io.conntracksync.e2e.gate;
