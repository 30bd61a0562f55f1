package io.conntracksync.node.table;

import java.util.List;

/** Takes the entries of a snapshot, a chunk at a time; a failure of the taker ends the snapshot. */
@FunctionalInterface
public interface EntrySink {
  void accept(List<Entry> chunk) throws TableException;
}
