package io.conntracksync.node.session;

import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.JoinedTables;
import io.conntracksync.node.table.TableFinder;

/** What a sync reads or writes on this node. */
@FunctionalInterface
public interface SyncTables {
  /** Its table, which the session closes at its end. Opens nothing yet: returns at once. */
  ConntrackTable of(SyncOrder order);

  /** The node's table for every sync, and no other: for VMs that run in no pods. */
  static SyncTables ofNode(ConntrackTable node) {
    return order -> new JoinedTables(node, TableFinder.NONE);
  }
}
