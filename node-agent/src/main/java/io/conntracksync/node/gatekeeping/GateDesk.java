package io.conntracksync.node.gatekeeping;

/** Knows the answers to the gates. Returns at once; safe for use by several threads. */
@FunctionalInterface
public interface GateDesk {
  /**
   * This domain stands still, perhaps for its switchover: a user's suspend asks as well, and twice.
   *
   * @param uuid of the domain, or {@code -}
   */
  Pending<GateAnswer> paused(String domain, String uuid);
}
