package io.conntracksync.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.session.JournalNote;
import io.conntracksync.node.session.Journals;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.FakeTable;
import io.conntracksync.node.table.Former;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalsTest {
  private static final String UID = "2f1c9d1e-7d3f-4a51-9a55-0d4d9a0f9b11";
  private static final Instant AT = Instant.ofEpochMilli(1_790_000_000_123L);
  private static final Entry FLOW = FakeTable.flow("192.0.2.9", "10.0.0.5", 1);
  private static final EntryKey KEY = FLOW.key();

  /** One of each kind. */
  private static final List<JournalNote> NOTES =
      List.of(
          new JournalNote.Before(List.of(KEY)),
          new JournalNote.BeforeComplete(),
          new JournalNote.Intent(AT, List.of(FLOW, FakeTable.valued(FLOW, 9))),
          new JournalNote.Changing(AT, new Former(FLOW, Former.Fate.UPDATED)),
          new JournalNote.Changing(AT, new Former(FLOW, Former.Fate.REPLACED)),
          new JournalNote.Settled(List.of(KEY), List.of()),
          new JournalNote.Removed(List.of(KEY)));

  @TempDir private Path parent;
  private final List<JournalFault> faults = new ArrayList<>();

  @Test
  void aLaterProcessReadsWhatAnEarlierOneWrote() {
    write(NOTES);

    assertThat(read(journals().open(UID))).isEqualTo(NOTES);
    assertThat(faults).isEmpty();
  }

  @Test
  void itGoesOnWhereTheEarlierOneEnded() {
    write(NOTES.subList(0, 3));
    write(NOTES.subList(3, 7));

    assertThat(read(journals().open(UID))).isEqualTo(NOTES);
  }

  @Test
  void onlyItsOwnUserMayReadIt() throws IOException {
    write(NOTES);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
        .isEqualTo("rwx------");
  }

  /** Whoever is killed while writing leaves the beginning of a note. */
  @Test
  void aTornEndCostsTheLastNoteAndIsNoFault() throws IOException {
    write(NOTES);
    byte[] whole = Files.readAllBytes(file());

    for (int length = whole.length; length >= 0; length--) {
      Files.write(file(), Arrays.copyOf(whole, length));
      List<JournalNote> read = open(NOTES.get(0));
      assertThat(NOTES.subList(0, read.size())).as("%d bytes", length).isEqualTo(read);
      assertThat(open(NOTES.get(1))).as("goes on behind it").hasSize(read.size() + 1);
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void damageEndsWhatCanBeUndoneAndIsCounted() throws IOException {
    write(NOTES);
    byte[] whole = Files.readAllBytes(file());
    Random random = new Random(4);

    for (int run = 0; run < 500; run++) {
      byte[] damaged = whole.clone();
      int at = random.nextInt(whole.length);
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      Files.write(file(), damaged);
      faults.clear();

      List<JournalNote> read = read(journals().open(UID));

      assertThat(read.size()).isLessThan(NOTES.size());
      assertThat(NOTES.subList(0, read.size())).isEqualTo(read);
      // A damaged length may point behind the end, as that of a torn note does.
      assertThat(faults).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void aForeignFileIsCountedAndReplaced() throws IOException {
    Files.createDirectories(folder());
    Files.writeString(file(), "something else entirely");

    write(NOTES);

    assertThat(faults).containsExactly(JournalFault.CORRUPT);
    assertThat(read(journals().open(UID))).isEqualTo(NOTES);
  }

  @Test
  void itIsWrittenAnewWhenMostOfItIsOutOfDate() throws IOException {
    Journals.Journal journal = journals().open(UID);
    JournalNote.Intent note = new JournalNote.Intent(AT, Collections.nCopies(200, FLOW));
    while (!journal.isOverlong()) {
      journal.write(note);
    }
    long before = Files.size(file());

    journal.rewrite(NOTES);
    journal.write(note);
    journal.close();

    assertThat(before).isGreaterThan(1024 * 1024);
    assertThat(Files.size(file())).isLessThan(20_000);
    assertThat(journal.isOverlong()).isFalse();
    assertThat(read(journals().open(UID))).hasSize(NOTES.size() + 1).endsWith(note);
    assertThat(journals().uids()).containsExactly(UID);
  }

  @Test
  void aFolderThatCannotBeMadeCostsTheJournalOnly() throws IOException {
    Files.writeString(folder(), "a file in its place");
    Journals.Journal journal = journals().open(UID);

    journal.write(NOTES.get(0));
    journal.rewrite(NOTES);
    journal.discard();

    assertThat(read(journal)).isEmpty();
    assertThat(faults).contains(JournalFault.UNREADABLE);
    assertThat(journals().uids()).isEmpty();
  }

  @Test
  void aUidThatIsAPathNamesNoFile() throws IOException {
    journals().open("../outside").write(NOTES.get(0));
    journals().discard("../outside");

    assertThat(parent.resolve("outside")).doesNotExist();
    assertThat(folder()).doesNotExist();
  }

  @Test
  void whatIsDiscardedIsGone() {
    write(NOTES);
    Journals.Journal journal = journals().open(UID);

    journal.discard();
    journal.close();

    assertThat(journals().uids()).isEmpty();
    assertThat(folder()).isEmptyDirectory();
  }

  private void write(List<JournalNote> notes) {
    Journals.Journal journal = journals().open(UID);
    var unused = read(journal);
    notes.forEach(journal::write);
    journal.close();
  }

  /** What is there, and one note more. */
  private List<JournalNote> open(JournalNote more) {
    Journals.Journal journal = journals().open(UID);
    List<JournalNote> read = read(journal);
    journal.write(more);
    journal.close();
    return read;
  }

  private static List<JournalNote> read(Journals.Journal journal) {
    List<JournalNote> notes = new ArrayList<>();
    journal.replay(notes::add);
    return notes;
  }

  private FileJournals journals() {
    return new FileJournals(folder(), faults::add);
  }

  private Path folder() {
    return parent.resolve("journal");
  }

  private Path file() {
    return folder().resolve(UID);
  }
}
