package io.conntracksync.node.session;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What this sync has put into the table: what is there, and which part of it was not there before.
 * Safe for use by several threads.
 */
final class TargetJournal {
  private final Set<EntryKey> inTable = new HashSet<>();
  private final Set<EntryKey> created = new HashSet<>();

  synchronized void add(Applied applied) {
    inTable.addAll(applied.created());
    inTable.addAll(applied.updated());
    created.addAll(applied.created());
  }

  /** Which of these this sync has created: others may not be taken out in its name. */
  synchronized List<EntryKey> createdOf(Collection<EntryKey> keys) {
    return keys.stream().filter(created::contains).toList();
  }

  /** These are in the table no longer. */
  synchronized void forget(Collection<EntryKey> keys) {
    keys.forEach(inTable::remove);
    keys.forEach(created::remove);
  }

  /** How many of these are not this sync's yet. */
  synchronized long countNew(Collection<Entry> entries) {
    return entries.size() - countKnown(entries);
  }

  /** Entries of this sync in the table, each once. */
  synchronized int size() {
    return inTable.size();
  }

  /** What a rollback takes out: entries that were there before stay. */
  synchronized List<EntryKey> created() {
    return List.copyOf(created);
  }

  /** How many of these are this sync's. */
  synchronized long countKnown(Collection<Entry> entries) {
    return entries.stream().map(Entry::key).filter(inTable::contains).count();
  }
}
