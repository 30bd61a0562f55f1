package io.conntracksync.node.session;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntryReader;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFormat;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table as one target session writes it: what it puts in and what it changes is written down,
 * so that exactly that can be undone, by a later process too. Applying and removing exclude each
 * other: a chunk under way when the sync ends is in the journal before the rollback reads it.
 */
final class TargetTable implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TargetTable.class);

  private final ConntrackTable table;
  private final Set<InetAddress> addresses;
  private final Admission admission;
  private final SessionLimits limits;
  private final LongSupplier ofAllSyncs;
  private final Clock clock;
  private final Journals.Journal file;
  private final TargetJournal journal = new TargetJournal();
  private final Object lock = new Object();

  /**
   * Takes the journal as it is; reads what an earlier process left.
   *
   * @param ofAllSyncs entries that all syncs here have in the table, this one's among them
   */
  TargetTable(
      ConntrackTable table,
      Set<InetAddress> addresses,
      SessionLimits limits,
      LongSupplier ofAllSyncs,
      Journals.Journal file,
      Clock clock) {
    this.table = table;
    this.addresses = addresses;
    this.admission = new SyncAdmission(addresses);
    this.limits = limits;
    this.ofAllSyncs = ofAllSyncs;
    this.file = file;
    this.clock = clock;
    file.replay(journal::take);
    closeIntent();
  }

  TableFormat format() {
    return table.format();
  }

  /**
   * Looks at what is there before anything is applied. Only needed if the agent is killed in the
   * middle of a chunk; so where it fails, nothing else does.
   */
  void look() {
    synchronized (lock) {
      try {
        confirm();
      } catch (TableException e) {
        // Tried again before anything is applied or undone.
        LOG.atWarn().setCause(e).log("what a killed agent did could not be looked at");
      }
      if (journal.knowsBeforehand() || journal.size() > 0) {
        return;
      }
      List<EntryKey> keys = new ArrayList<>();
      try {
        table.snapshot(addresses, chunk -> addSome(keys, chunk));
      } catch (TableException e) {
        LOG.atWarn().setCause(e).log("the table could not be looked at before the import");
        return;
      }
      if (keys.size() <= limits.maxEntries()) {
        Parts.of(keys).forEach(part -> note(new JournalNote.Before(part)));
        note(new JournalNote.BeforeComplete());
      }
    }
  }

  /** Until there are too many: those of a guest that opened connections without end, perhaps. */
  private void addSome(List<EntryKey> keys, List<Entry> chunk) {
    if (keys.size() <= limits.maxEntries()) {
      chunk.forEach(entry -> keys.add(entry.key()));
    }
  }

  /** The limit that these would pass. */
  Optional<EntryLimit> limitPassedBy(List<Entry> entries) {
    long more = journal.countNew(entries);
    if (journal.size() + more > limits.maxEntries()) {
      return Optional.of(new EntryLimit(limits.maxEntries(), EntryLimit.Of.ONE_SYNC));
    }
    if (ofAllSyncs.getAsLong() + more > limits.maxEntriesOfAll()) {
      return Optional.of(new EntryLimit(limits.maxEntriesOfAll(), EntryLimit.Of.ALL_SYNCS));
    }
    return Optional.empty();
  }

  /** Applies the entries if they are still wanted once it is their turn, or nothing. */
  Optional<Applied> apply(List<Entry> entries, BooleanSupplier wanted) throws TableException {
    synchronized (lock) {
      if (!wanted.getAsBoolean()) {
        return Optional.empty();
      }
      confirm();
      // The second value of an entry of ours changes nothing for a rollback.
      List<Entry> news = journal.worthWriting(entries);
      JournalNote.Intent intent = new JournalNote.Intent(clock.instant(), entries);
      if (!news.isEmpty()) {
        file.write(new JournalNote.Intent(intent.at(), news));
      }
      journal.take(intent);
      try {
        Applied applied = table.apply(entries, admission, this::noteFormer);
        settle(applied, news);
        return Optional.of(applied);
      } finally {
        // Nothing, unless it ended in the middle: what was applied until then is ours.
        closeIntent();
      }
    }
  }

  private void noteFormer(Former former) {
    if (journal.isNews(former)) {
      note(new JournalNote.Changing(clock.instant(), former));
    }
  }

  private void settle(Applied applied, List<Entry> written) {
    journal.take(new JournalNote.Settled(applied.created(), applied.updated()));
    if (!written.isEmpty()) {
      List<EntryKey> keys = written.stream().map(Entry::key).toList();
      file.write(
          new JournalNote.Settled(
              keys.stream().filter(applied.created()::contains).toList(),
              keys.stream().filter(applied.updated()::contains).toList()));
    }
    shorten();
  }

  /** Finds out what became of a chunk that was cut short, while nobody applies another. */
  private void confirm() throws TableException {
    if (!journal.presumes()) {
      return;
    }
    List<Entry> present = new ArrayList<>();
    table.snapshot(
        addresses,
        chunk ->
            chunk.stream().filter(entry -> journal.isPresumed(entry.key())).forEach(present::add));
    journal.confirm(present, table.reader());
  }

  private void closeIntent() {
    int unknown = journal.closeIntent();
    if (unknown > 0) {
      LOG.atWarn()
          .addKeyValue(LogKeys.ENTRIES, unknown)
          .log("entries of a chunk that was cut short may have been there before, they stay");
    }
  }

  private void note(JournalNote note) {
    file.write(note);
    journal.take(note);
  }

  private void shorten() {
    if (file.isOverlong()) {
      file.rewrite(journal.notes());
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
        note(new JournalNote.Removed(ours));
        shorten();
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

  /**
   * Makes the table what it was: takes out what this sync has created and gives back what it has
   * changed. Returns how many entries were taken out. May be tried again after an exception.
   */
  long rollBack() throws TableException {
    synchronized (lock) {
      confirm();
      long removed = remove(journal.created());
      int restored = table.restore(journal.restorations(clock.instant()));
      LOG.atInfo()
          .addKeyValue(LogKeys.ENTRIES, removed)
          .addKeyValue(LogKeys.RESTORED, restored)
          .log("import undone");
      file.discard();
      return removed;
    }
  }

  private long remove(List<EntryKey> keys) throws TableException {
    long removed = 0;
    for (List<EntryKey> part : Parts.of(keys)) {
      removed += table.remove(part);
    }
    return removed;
  }

  /** The entries stay: there is nothing to be undone any more. Returns how many there are. */
  long keep() {
    synchronized (lock) {
      file.discard();
      return journal.size();
    }
  }

  /**
   * Puts back what was taken out of this sync's entries since they were written, as they would be
   * now. Returns how many.
   */
  int putBack() throws TableException {
    synchronized (lock) {
      int added = 0;
      for (List<TargetJournal.Written> part : Parts.of(journal.written().values())) {
        added += table.add(alive(part)).size();
      }
      return added;
    }
  }

  private List<Entry> alive(List<TargetJournal.Written> written) {
    Instant now = clock.instant();
    EntryReader reader = table.reader();
    return written.stream()
        .flatMap(each -> reader.later(each.entry(), Duration.between(each.at(), now)).stream())
        .toList();
  }

  /** Of the entries that are about to be written. */
  FlushWatch flushWatch() {
    return new FlushWatch(table, addresses);
  }

  /** Looks after the entries, once they are to stay. */
  Reassertion reassertion() {
    return new Reassertion(table, addresses, journal.written(), clock);
  }

  /** Nothing is read or written any more; what was applied stays, and a later process knows. */
  @Override
  public void close() {
    synchronized (lock) {
      file.close();
    }
    table.close();
  }
}
