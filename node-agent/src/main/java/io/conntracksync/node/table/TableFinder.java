package io.conntracksync.node.table;

import java.util.Optional;

/** Looks for a table that may not be there, or not yet. */
@FunctionalInterface
public interface TableFinder {
  /** Where there never is one. */
  TableFinder NONE = Optional::empty;

  /**
   * The table, which is the caller's to close, or empty when there is none at present. Throws when
   * there is one that cannot or must not be used, saying why.
   */
  Optional<ConntrackTable> find() throws TableException;
}
