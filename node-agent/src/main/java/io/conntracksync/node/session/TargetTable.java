package io.conntracksync.node.session;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFormat;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The table as one target session writes it: what it puts in is written down, so that exactly that
 * can be taken out again. Applying and removing exclude each other: a chunk under way when the sync
 * ends is in the journal before the rollback reads it.
 */
final class TargetTable implements AutoCloseable {
  private final ConntrackTable table;
  private final Set<InetAddress> addresses;
  private final Admission admission;
  private final long maxEntries;
  private final TargetJournal journal = new TargetJournal();
  private final Object lock = new Object();

  TargetTable(ConntrackTable table, Set<InetAddress> addresses, long maxEntries) {
    this.table = table;
    this.addresses = addresses;
    this.admission = new SyncAdmission(addresses);
    this.maxEntries = maxEntries;
  }

  TableFormat format() {
    return table.format();
  }

  long maxEntries() {
    return maxEntries;
  }

  /** Whether the sync would have no more entries than it may. */
  boolean hasRoomFor(List<Entry> entries) {
    return journal.size() + journal.countNew(entries) <= maxEntries;
  }

  /** Applies the entries if they are still wanted once it is their turn, or nothing. */
  Optional<Applied> apply(List<Entry> entries, BooleanSupplier wanted) throws TableException {
    synchronized (lock) {
      if (!wanted.getAsBoolean()) {
        return Optional.empty();
      }
      Applied applied = table.apply(entries, admission);
      journal.add(applied);
      return Optional.of(applied);
    }
  }

  /**
   * Takes those of these entries out that this sync has created, if that is still wanted once it is
   * its turn: what was there before is not the source's to remove. Returns whether it was wanted.
   */
  Removal remove(List<EntryKey> keys, BooleanSupplier wanted) throws TableException {
    synchronized (lock) {
      if (!wanted.getAsBoolean()) {
        return Removal.UNWANTED;
      }
      List<EntryKey> ours = journal.createdOf(keys);
      if (!ours.isEmpty()) {
        var unused = table.remove(ours);
        journal.forget(ours);
      }
      return Removal.DONE;
    }
  }

  /** What became of a wish to take entries out. */
  enum Removal {
    DONE,
    UNWANTED
  }

  /** Entries of this sync that are in the table as far as we know. */
  long size() {
    return journal.size();
  }

  /** Entries of this sync that a look into the table finds. */
  long countPresent() throws TableException {
    AtomicLong present = new AtomicLong();
    table.snapshot(addresses, chunk -> present.addAndGet(journal.countKnown(chunk)));
    return present.get();
  }

  /** Takes out what this sync has created; returns how many entries that were. */
  long removeCreated() throws TableException {
    synchronized (lock) {
      return table.remove(journal.created());
    }
  }

  /** Nothing is read or written any more; what was applied stays. */
  @Override
  public void close() {
    table.close();
  }
}
