package io.conntracksync.node.table;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second table of a sync: there or not, and looked for again as long as it is not. Once it
 * cannot be used it is given up for the rest of the sync, which goes on without it. Safe for use by
 * several threads.
 */
final class PodTable implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodTable.class);

  private final TableFinder finder;
  private Optional<ConntrackTable> open = Optional.empty();
  private Search search = Search.ON;

  private enum Search {
    ON,
    OVER
  }

  PodTable(TableFinder finder) {
    this.finder = finder;
  }

  /** The table, looked for if need be. */
  synchronized Optional<ConntrackTable> found() {
    if (open.isEmpty() && search == Search.ON) {
      try {
        open = finder.find();
      } catch (TableException e) {
        search = Search.OVER;
        LOG.atWarn()
            .addKeyValue("why", e.getMessage())
            .log("the pod's table is left out of the sync");
      }
    }
    return open;
  }

  /** The table, if it was found before. */
  synchronized Optional<ConntrackTable> present() {
    return open;
  }

  /** Does without it from now on. */
  synchronized void giveUp(TableException cause) {
    if (search == Search.ON) {
      LOG.atWarn()
          .addKeyValue("why", cause.getMessage())
          .log("the pod's table failed and is left out of the sync");
    }
    close();
  }

  /** Gives it up, and says so to whoever was reading it: what was read so far is not whole. */
  TableException failed(TableException cause) {
    giveUp(cause);
    return new TableException(
        cause.fault(),
        "the pod's table failed and is left out from now on: " + cause.getMessage(),
        cause);
  }

  @Override
  public synchronized void close() {
    search = Search.OVER;
    open.ifPresent(ConntrackTable::close);
    open = Optional.empty();
  }
}
