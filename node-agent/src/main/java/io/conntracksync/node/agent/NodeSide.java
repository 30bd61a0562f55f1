package io.conntracksync.node.agent;

import io.conntracksync.node.pod.HookObserver;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SourceObserver;
import io.conntracksync.node.session.TargetObserver;
import io.conntracksync.node.table.ConntrackTable;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * What the agent is on its node: the table, the sessions and the sockets, as far from Kubernetes as
 * they are. Each of {@code source} and {@code target} is asked for once, before {@code
 * openSockets}.
 */
interface NodeSide extends AutoCloseable {
  ConntrackTable table();

  /**
   * What an administrator should change on this node for the syncs to do all they can, as a clause;
   * empty when there is nothing.
   */
  Optional<String> advice();

  Sessions source(SourceObserver observer);

  /**
   * The sessions of syncs that reach this node.
   *
   * @param hooks is told what became of the hooks in launcher pods
   */
  Sessions target(TargetObserver observer, HookObserver hooks);

  /**
   * Does once what migrations will want, so that the first of them finds everything loaded. Touches
   * no entry of the table. Throws {@link IOException} when that went wrong.
   */
  void rehearse() throws IOException;

  /**
   * Opens the hook's socket, which answers until the result is closed, and makes room for those of
   * the gates, which last as long as their syncs. Throws {@link IOException} when that is not
   * possible, saying why.
   */
  AutoCloseable openSockets() throws IOException;

  /**
   * Tells the uids of all syncs in which this node has a part: of others nothing is to be undone
   * any more.
   */
  void onlyTheseExist(Set<String> syncs);

  /** Ends all sessions and lets go of the table. */
  @Override
  void close();
}
