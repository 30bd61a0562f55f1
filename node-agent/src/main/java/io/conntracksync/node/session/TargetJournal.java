package io.conntracksync.node.session;

import io.conntracksync.node.session.JournalNote.Before;
import io.conntracksync.node.session.JournalNote.BeforeComplete;
import io.conntracksync.node.session.JournalNote.Changing;
import io.conntracksync.node.session.JournalNote.Intent;
import io.conntracksync.node.session.JournalNote.Removed;
import io.conntracksync.node.session.JournalNote.Settled;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntryReader;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.Restoration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a journal amounts to: what this sync has put into the table, which part of it was not there
 * before, and what was there instead. Made of notes alone, so that a later process knows the same.
 * Pure. Safe for use by several threads.
 */
final class TargetJournal {
  /** As many entries as a note of a rewritten journal holds. */
  private static final int NOTE_ENTRIES = 200;

  private final Map<EntryKey, Written> inTable = new HashMap<>();
  private final Set<EntryKey> created = new HashSet<>();

  /** Of batches that were cut short: made by this sync, if the VM has such an entry. */
  private final Map<EntryKey, Written> presumed = new HashMap<>();

  private final Map<EntryKey, Changing> formers = new HashMap<>();
  private final Set<EntryKey> before = new HashSet<>();
  private Knowledge beforehand = Knowledge.PARTIAL;
  private Optional<Intent> open = Optional.empty();

  /** An entry of this sync as it was written last. */
  record Written(Entry entry, Instant at) {}

  private enum Knowledge {
    PARTIAL,
    COMPLETE
  }

  synchronized void take(JournalNote note) {
    if (note instanceof Before told) {
      before.addAll(told.keys());
    } else if (note instanceof BeforeComplete) {
      beforehand = Knowledge.COMPLETE;
    } else if (note instanceof Intent intent) {
      var unused = closeIntent();
      open = Optional.of(intent);
    } else if (note instanceof Changing changing) {
      changing(changing);
    } else if (note instanceof Settled settled) {
      settled(settled);
    } else if (note instanceof Removed removed) {
      removed.keys().forEach(inTable::remove);
      removed.keys().forEach(created::remove);
    } else {
      throw new IllegalStateException("nobody reads " + note);
    }
  }

  /** What of this is to be written down: of what this sync has made, only that it has. */
  synchronized List<Entry> worthWriting(Collection<Entry> entries) {
    return entries.stream().filter(entry -> !created.contains(entry.key())).toList();
  }

  /** Whether this is the first that is heard of what stood there before this sync. */
  synchronized boolean isNews(Former former) {
    Changing known = formers.get(former.key());
    boolean told = known != null && known.former().fate() == former.fate();
    return !created.contains(former.key()) && !told;
  }

  private void changing(Changing changing) {
    Former former = changing.former();
    EntryKey key = former.key();
    if (created.contains(key)) {
      // Ours, whatever is done to it: one that is taken out makes room for another of ours.
      return;
    }
    if (former.fate() == Former.Fate.REPLACED) {
      inTable.remove(key);
    }
    // The first value is the one from before this sync; the last word is what was done to it.
    formers.merge(
        key,
        changing,
        (first, later) ->
            later.former().fate() == Former.Fate.REPLACED
                ? new Changing(first.at(), new Former(first.former().entry(), Former.Fate.REPLACED))
                : first);
  }

  private void settled(Settled settled) {
    Map<EntryKey, Entry> applied = new HashMap<>();
    open.ifPresent(intent -> intent.entries().forEach(entry -> applied.put(entry.key(), entry)));
    Instant at = open.map(Intent::at).orElse(Instant.EPOCH);
    open = Optional.empty();
    for (EntryKey key : settled.created()) {
      created.add(key);
      written(applied.get(key), at);
    }
    for (EntryKey key : settled.updated()) {
      written(applied.get(key), at);
    }
  }

  private void written(Entry entry, Instant at) {
    if (entry != null) {
      inTable.put(entry.key(), new Written(entry, at));
    }
  }

  /**
   * Draws the line under a batch that was not brought to its end. What the VM did not have before
   * the sync, or had to make room, is presumed to be this sync's: {@link #confirm} has the last
   * word, for the same key may still be that of a neighbour's entry. Returns how many entries
   * nothing is known of: they stay.
   */
  synchronized int closeIntent() {
    if (open.isEmpty()) {
      return 0;
    }
    Intent intent = open.get();
    open = Optional.empty();
    int unknown = 0;
    for (Entry entry : intent.entries()) {
      EntryKey key = entry.key();
      Written written = new Written(entry, intent.at());
      Optional<Former.Fate> fate =
          Optional.ofNullable(formers.get(key)).map(changing -> changing.former().fate());
      if (created.contains(key) || fate.equals(Optional.of(Former.Fate.UPDATED))) {
        inTable.put(key, written);
      } else if (fate.isPresent() || (beforehand == Knowledge.COMPLETE && !before.contains(key))) {
        presumed.put(key, written);
      } else {
        unknown++;
      }
    }
    return unknown;
  }

  /** Whether there is something to {@link #confirm}. */
  synchronized boolean presumes() {
    return !presumed.isEmpty();
  }

  synchronized boolean isPresumed(EntryKey key) {
    return presumed.containsKey(key);
  }

  /**
   * These are the VM's entries that are presumed to be this sync's and are in the table. They are,
   * unless one is still what was about to be replaced.
   */
  synchronized void confirm(Collection<Entry> present, EntryReader reader) {
    for (Entry entry : present) {
      EntryKey key = entry.key();
      Changing changing = formers.get(key);
      boolean isFormer =
          changing != null
              && Arrays.equals(
                  reader.significant(entry), reader.significant(changing.former().entry()));
      if (presumed.containsKey(key) && !isFormer) {
        created.add(key);
        inTable.put(key, presumed.get(key));
      }
    }
    presumed.clear();
  }

  /** Which of these this sync has created: others may not be taken out in its name. */
  synchronized List<EntryKey> createdOf(Collection<EntryKey> keys) {
    return keys.stream().filter(created::contains).toList();
  }

  /** How many of these are not this sync's yet. */
  synchronized long countNew(Collection<Entry> entries) {
    return entries.size() - countKnown(entries);
  }

  /** How many of these are this sync's. */
  synchronized long countKnown(Collection<Entry> entries) {
    return entries.stream().map(Entry::key).filter(inTable::containsKey).count();
  }

  /** Entries of this sync in the table, each once. */
  synchronized int size() {
    return inTable.size();
  }

  /** What a rollback takes out: entries that were there before stay. */
  synchronized List<EntryKey> created() {
    return List.copyOf(created);
  }

  /** What a rollback gives back. */
  synchronized List<Restoration> restorations(Instant now) {
    List<Restoration> restorations = new ArrayList<>();
    formers.forEach(
        (key, changing) ->
            restorations.add(
                new Restoration(
                    changing.former(),
                    Duration.between(changing.at(), now),
                    Optional.ofNullable(inTable.get(key))
                        .map(
                            over ->
                                new Restoration.Written(
                                    over.entry(), Duration.between(over.at(), now))))));
    return restorations;
  }

  /** This sync's entries as they were written last. */
  synchronized Map<EntryKey, Written> written() {
    return Map.copyOf(inTable);
  }

  /** Whether it was written down what the table held before. */
  synchronized boolean knowsBeforehand() {
    return beforehand == Knowledge.COMPLETE;
  }

  /** The shortest journal that says the same. */
  synchronized List<JournalNote> notes() {
    List<JournalNote> notes = new ArrayList<>();
    Parts.of(before).forEach(part -> notes.add(new Before(part)));
    if (beforehand == Knowledge.COMPLETE) {
      notes.add(new BeforeComplete());
    }
    notes.addAll(formers.values());
    Map<Instant, List<Entry>> byTime = new HashMap<>();
    inTable
        .values()
        .forEach(
            written ->
                byTime.computeIfAbsent(written.at(), at -> new ArrayList<>()).add(written.entry()));
    byTime.forEach(
        (at, entries) -> {
          for (int from = 0; from < entries.size(); from += NOTE_ENTRIES) {
            List<Entry> some = entries.subList(from, Math.min(entries.size(), from + NOTE_ENTRIES));
            List<EntryKey> keys = some.stream().map(Entry::key).toList();
            notes.add(new Intent(at, some));
            notes.add(new Settled(createdOf(keys), keys));
          }
        });
    open.ifPresent(notes::add);
    return notes;
  }
}
