package io.conntracksync.node.session;

/** Who told that a VM stops. */
public enum PauseAnnouncer {
  /** The gate asks, and holds the switchover for the answer. */
  GATE,
  /** An event of libvirt tells it afterwards; nobody waits. */
  LIBVIRT
}
