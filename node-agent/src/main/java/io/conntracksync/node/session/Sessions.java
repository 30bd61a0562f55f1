package io.conntracksync.node.session;

/**
 * The sessions of one role (source or target) of one agent. Calls come from informers: each may
 * come late, twice, or for a sync that is not known; none of that changes anything. Calls return at
 * once.
 */
public interface Sessions {
  /**
   * The operator has assigned a port; the same sync with another endpoint replaces the earlier one.
   */
  void assigned(SyncOrder order, Endpoint endpoint);

  /** The sync reached its end. */
  void concluded(SyncOrder order, Conclusion conclusion);
}
