package io.conntracksync.node.table;

import java.util.List;
import java.util.Set;

/**
 * Entries as they are now, and keys of entries that are no longer there; no key is in both.
 *
 * @param upserts added or changed, each entry whole
 * @param removed of no entry of the addresses any more
 */
public record Delta(List<Entry> upserts, Set<EntryKey> removed) implements Observation {
  public static final Delta NOTHING = new Delta(List.of(), Set.of());

  public Delta {
    upserts = List.copyOf(upserts);
    removed = Set.copyOf(removed);
  }

  public boolean isEmpty() {
    return upserts.isEmpty() && removed.isEmpty();
  }
}
