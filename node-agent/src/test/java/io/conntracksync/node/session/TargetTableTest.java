package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.FakeTable;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rollback leaves the table as it was, whenever the agent died in between. */
class TargetTableTest {
  private static final String VM = "10.0.0.5";
  private static final String PEER = "192.0.2.9";
  private static final Set<InetAddress> ADDRESSES = Set.of(FakeTable.address(VM));
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private static final Entry STALE = FakeTable.valued(FakeTable.flow(PEER, VM, 1), 50);
  private static final Entry REVERSED = FakeTable.valued(FakeTable.flow(VM, PEER, 2), 60);
  private static final Entry UNTOUCHED = FakeTable.valued(FakeTable.flow(PEER, VM, 3), 70);

  /** The first meets a stale entry, the second one the other way round, the others nothing. */
  private static final List<Entry> SNAPSHOT = FakeTable.flows(PEER, VM, 5);

  private static final SessionLimits LIMITS = new SessionLimits(4, 100, Duration.ZERO);

  private final FakeTable table = new FakeTable().holding(List.of(STALE, REVERSED, UNTOUCHED));
  private final Map<EntryKey, Entry> before = table.contents();
  private final Notebook notebook = new Notebook();
  private long ofOthers;

  @Test
  void aRollbackLeavesTheTableAsItWas() throws TableException {
    TargetTable target = begin();
    apply(target, SNAPSHOT);
    apply(target, List.of(FakeTable.valued(SNAPSHOT.get(0), 9)));
    apply(target, List.of(FakeTable.valued(SNAPSHOT.get(4), 9)));
    var unused = target.remove(List.of(SNAPSHOT.get(4).key()), () -> true);
    assertThat(table.contents()).isNotEqualTo(before);

    target.rollBack();

    assertThat(table.contents()).isEqualTo(before);
    assertThat(notebook.discarded).isTrue();
  }

  @Test
  void aRollbackDoneAgainChangesNothing() throws TableException {
    TargetTable target = begin();
    apply(target, SNAPSHOT);
    target.rollBack();

    target.rollBack();

    assertThat(table.contents()).isEqualTo(before);
  }

  @Test
  void whatTheTargetsOwnTrafficChangedSinceStays() throws TableException {
    TargetTable target = begin();
    apply(target, SNAPSHOT);
    Entry newer = FakeTable.valued(STALE, 77);
    table.put(newer);

    target.rollBack();

    assertThat(table.contents()).containsEntry(STALE.key(), newer);
  }

  @Test
  void whatHasEndedByItselfStaysAway() throws TableException {
    TargetTable target = begin();
    apply(target, SNAPSHOT);
    table.delete(STALE.key());

    target.rollBack();

    assertThat(table.keys()).containsExactlyInAnyOrder(REVERSED.key(), UNTOUCHED.key());
  }

  /** Killed after each single note, and in the middle of the chunk, and both. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, Integer.MAX_VALUE})
  void aLaterProcessRollsBackWhatAKilledOneDid(int entriesUntilDeath) throws TableException {
    TargetTable killed = begin();
    int notesBefore = notebook.notes.size();
    table.failAfterApplying(entriesUntilDeath);
    try {
      var unused = killed.apply(SNAPSHOT, () -> true);
    } catch (TableException dead) {
      assertThat(dead).hasMessage("failed in the middle");
    }
    table.recover();
    Map<EntryKey, Entry> atDeath = table.contents();
    // A note comes before what it tells of; only the last may be lost.
    int written = notebook.notes.size();
    boolean settled =
        notebook.notes.get(written - 1) instanceof JournalNote.Settled && written > notesBefore;
    for (int notes : settled ? List.of(written - 1, written) : List.of(written)) {
      table.holdOnly(atDeath.values());
      TargetTable later = resumed(notebook.notes.subList(0, notes));

      later.rollBack();

      assertThat(table.contents()).as("after note %d", notes).isEqualTo(before);
    }
  }

  @Test
  void aChunkThatFailsInTheMiddleIsTakenOutWithTheRest() throws TableException {
    TargetTable target = begin();
    table.failAfterApplying(4);
    assertThatThrownBy(() -> target.apply(SNAPSHOT, () -> true)).isInstanceOf(TableException.class);
    table.recover();

    target.rollBack();

    assertThat(table.contents()).isEqualTo(before);
  }

  /** It may be somebody else's: only what is certain is taken out. */
  @Test
  void whereNobodyLookedBeforeAnUnfinishedChunkStays() throws TableException {
    TargetTable killed = target(notebook);
    table.failAfterApplying(4);
    assertThatThrownBy(() -> killed.apply(SNAPSHOT, () -> true)).isInstanceOf(TableException.class);
    table.recover();

    resumed(notebook.notes).rollBack();

    assertThat(table.keys())
        .contains(SNAPSHOT.get(2).key(), SNAPSHOT.get(3).key(), UNTOUCHED.key());
  }

  @Test
  void aRestartedSyncGoesOnWhereItWas() throws TableException {
    TargetTable first = begin();
    apply(first, SNAPSHOT);
    TargetTable second = resumed(notebook.notes);
    second.look();
    apply(second, SNAPSHOT);
    apply(second, FakeTable.flows(PEER, VM, 9));

    second.rollBack();

    assertThat(table.contents()).isEqualTo(before);
  }

  @Test
  void theShortJournalSaysTheSameAsTheLongOne() throws TableException {
    TargetTable first = begin();
    apply(first, SNAPSHOT);
    for (int round = 0; round < 10; round++) {
      apply(first, List.of(FakeTable.flow(PEER, VM, 100 + round)));
      var unused = first.remove(List.of(FakeTable.flow(PEER, VM, 100 + round).key()), () -> true);
    }
    TargetJournal whole = new TargetJournal();
    notebook.notes.forEach(whole::take);

    resumed(whole.notes()).rollBack();

    assertThat(whole.notes().size()).isLessThan(notebook.notes.size());
    assertThat(table.contents()).isEqualTo(before);
  }

  @Test
  void theSecondValueOfAnEntryOfOursIsNotWrittenDown() throws TableException {
    TargetTable target = begin();
    apply(target, SNAPSHOT);
    int notes = notebook.notes.size();

    apply(target, List.of(FakeTable.valued(SNAPSHOT.get(4), 9)));

    assertThat(notebook.notes).hasSize(notes);
  }

  @Test
  void aJournalWithoutRoomIsWrittenAnew() throws TableException {
    TargetTable target = begin();
    notebook.overlong = true;

    apply(target, SNAPSHOT);

    resumed(notebook.notes).rollBack();
    assertThat(table.contents()).isEqualTo(before);
  }

  /** Its tuple was wanted, and the agent was killed before it came to that. */
  @Test
  void aNeighboursEntryWhoseTupleACutChunkWantedStays() throws TableException {
    Entry neighbours = FakeTable.valued(FakeTable.flow(PEER, "10.0.0.6", 7), 80);
    table.put(neighbours);
    Map<EntryKey, Entry> whole = table.contents();

    resumed(cutShort(FakeTable.valued(neighbours, 1), SNAPSHOT.get(4))).rollBack();

    assertThat(table.contents()).isEqualTo(whole);
  }

  /** Killed between the new entry and the word that it is there. */
  @Test
  void whatTookThePlaceOfAnotherGoesAndTheOtherComesBack() throws TableException {
    List<JournalNote> notes = new ArrayList<>(cutShort(FakeTable.valued(STALE, 9)));
    notes.add(new JournalNote.Changing(Instant.EPOCH, new Former(STALE, Former.Fate.REPLACED)));
    table.put(FakeTable.valued(STALE, 9));

    resumed(notes).rollBack();

    assertThat(table.contents()).isEqualTo(before);
  }

  /** Killed between the word that it is taken out and the deed. */
  @Test
  void whatWasAboutToBeReplacedStays() throws TableException {
    List<JournalNote> notes = new ArrayList<>(cutShort(FakeTable.valued(STALE, 9)));
    notes.add(new JournalNote.Changing(Instant.EPOCH, new Former(STALE, Former.Fate.REPLACED)));

    resumed(notes).rollBack();

    assertThat(table.contents()).isEqualTo(before);
  }

  private List<JournalNote> cutShort(Entry... chunk) {
    return List.of(
        new JournalNote.Before(List.copyOf(before.keySet())),
        new JournalNote.BeforeComplete(),
        new JournalNote.Intent(Instant.EPOCH, List.of(chunk)));
  }

  @Test
  void aSyncHasAsManyEntriesAsOneMay() throws TableException {
    TargetTable target = begin();
    List<Entry> hundred = FakeTable.flows(PEER, VM, 100);

    assertThat(target.limitPassedBy(hundred)).isEmpty();
    apply(target, hundred);
    assertThat(target.limitPassedBy(hundred)).as("the same again").isEmpty();
    assertThat(target.limitPassedBy(FakeTable.flows(VM, PEER, 1)))
        .contains(new EntryLimit(100, EntryLimit.Of.ONE_SYNC));
  }

  @Test
  void allSyncsTogetherHaveTwiceAsMany() {
    TargetTable target = begin();
    List<Entry> ten = FakeTable.flows(PEER, VM, 10);

    ofOthers = 190;
    assertThat(target.limitPassedBy(ten)).isEmpty();
    ofOthers = 191;
    assertThat(target.limitPassedBy(ten)).contains(new EntryLimit(200, EntryLimit.Of.ALL_SYNCS));
  }

  /** Nobody knows then what a killed agent has made; so long as it lives, it knows by itself. */
  @Test
  void ofMoreEntriesThanAllowedNothingIsWrittenDownBeforehand() {
    table.holding(FakeTable.flows(PEER, VM, 101));

    var unused = begin();

    assertThat(notebook.notes).isEmpty();
  }

  private TargetTable begin() {
    TargetTable target = target(notebook);
    target.look();
    return target;
  }

  private TargetTable resumed(List<JournalNote> notes) {
    Notebook later = new Notebook();
    later.earlier = List.copyOf(notes);
    return target(later);
  }

  private TargetTable target(Journals.Journal journal) {
    return new TargetTable(table, ADDRESSES, LIMITS, () -> ofOthers, journal, CLOCK);
  }

  private static void apply(TargetTable target, List<Entry> entries) throws TableException {
    assertThat(target.apply(entries, () -> true)).isPresent();
  }

  /** A fake: a journal in memory. */
  private static final class Notebook implements Journals.Journal {
    private List<JournalNote> notes = new ArrayList<>();
    private List<JournalNote> earlier = List.of();
    private boolean overlong;
    private boolean discarded;

    @Override
    public void replay(Consumer<JournalNote> reader) {
      earlier.forEach(reader);
    }

    @Override
    public void write(JournalNote note) {
      notes.add(note);
    }

    @Override
    public boolean isOverlong() {
      return overlong;
    }

    @Override
    public void rewrite(List<JournalNote> shorter) {
      notes = new ArrayList<>(shorter);
    }

    @Override
    public void discard() {
      discarded = true;
    }

    @Override
    public void close() {}
  }
}
