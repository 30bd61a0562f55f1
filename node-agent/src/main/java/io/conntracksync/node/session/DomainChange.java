package io.conntracksync.node.session;

/** What happened to a libvirt domain on this node, as far as it matters to syncs. */
public enum DomainChange {
  /** It is here and has not run yet: a migration brings it. */
  CAME,
  /** Its processors run from now on, or again. With post-copy that is before its memory is here. */
  RUNS,
  /** Its processors stand still: for a switchover, by a user, or for a fault. */
  SUSPENDED,
  /** It is not on this node any more, or does not run here. */
  GONE
}
