package io.conntracksync.e2e.faults;

/** Where in its course a migration is called off; in this order. */
enum Moment {
  /** Both nodes are named, and the sync is made. */
  UNASSIGNED,
  /** The sync has a port. */
  ASSIGNED,
  /** A large snapshot is on its way. */
  SYNCING,
  /** The snapshot is on the target, and libvirt was told nothing yet. */
  IMPORTED,
  /** Memory is being copied, and changes flow. */
  COPYING,
  /** The VM stands still on the source, and the gate holds the switchover. */
  SWITCHOVER;

  boolean isBeforeLibvirt() {
    return compareTo(COPYING) < 0;
  }
}
