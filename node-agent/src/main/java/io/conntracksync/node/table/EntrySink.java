package io.conntracksync.node.table;

import java.util.List;

/** Takes the entries of a snapshot, a chunk at a time; a failure of the taker ends the snapshot. */
@FunctionalInterface
public interface EntrySink {
  void accept(List<Entry> chunk) throws TableException;

  /**
   * So many entries of the addresses cannot be carried, for that reason. Who does not count them
   * need not listen.
   */
  default void passedOver(RefusalReason reason, int count) {}
}
