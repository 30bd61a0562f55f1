package io.conntracksync.node.backend;

import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Entry;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The node's table, and what else depends on its kind. Whoever opens it closes it. */
public interface NodeBackend extends AutoCloseable {
  ConntrackTable table();

  /** Why it is this one, as a clause. */
  String why();

  /**
   * What an administrator should change on this node for the syncs to do all they can, as a clause;
   * empty when there is nothing.
   */
  Optional<String> advice();

  /** Entries of the table's kind that no VM has: so many connections from the peer to the VM. */
  List<Entry> examples(InetAddress peer, InetAddress vm, int connections);

  @Override
  default void close() {
    table().close();
  }
}
