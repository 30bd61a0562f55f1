package io.conntracksync.node.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two tables behind one, with fakes of both. */
class JoinedTablesTest {
  private static final String VM = "10.30.0.100";
  private static final Set<InetAddress> ADDRESSES = Set.of(FakeTable.address(VM));
  private static final Entry IN_NODE = FakeTable.flow("10.10.0.50", VM, 1);
  private static final Entry IN_POD = FakeTable.flow("10.10.0.50", VM, 2);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final FakeTable node = new FakeTable();
  private final FakeTable pod = new FakeTable();
  private final JoinedTables joined = new JoinedTables(node, () -> Optional.of(pod));

  @Test
  void aSnapshotShowsBothTables() throws TableException {
    node.holding(List.of(IN_NODE));
    pod.holding(List.of(IN_POD));

    try (Changes changes = joined.changes(ADDRESSES)) {
      assertThat(changes.coverage()).isEqualTo(EventCoverage.ALL);
      assertThat(snapshot()).containsExactlyInAnyOrder(node(IN_NODE), pod(IN_POD));
    }
  }

  @Test
  void oneFlowMayBeInBothTables() throws TableException {
    node.holding(List.of(IN_NODE));
    pod.holding(List.of(IN_NODE));

    try (Changes changes = joined.changes(ADDRESSES)) {
      assertThat(snapshot()).containsExactlyInAnyOrder(node(IN_NODE), pod(IN_NODE));
      assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
    }
  }

  @Test
  void entriesGoToTheTableThatTheyCameFrom() throws TableException {
    Applied applied = joined.apply(List.of(node(IN_NODE), pod(IN_POD)), ends -> Optional.empty());

    assertThat(node.keys()).containsExactly(IN_NODE.key());
    assertThat(pod.keys()).containsExactly(IN_POD.key());
    assertThat(applied.created()).containsExactlyInAnyOrder(node(IN_NODE).key(), pod(IN_POD).key());
    assertThat(applied.refused()).isEmpty();
  }

  @Test
  void theAdmissionIsAskedForEitherTable() throws TableException {
    Applied applied =
        joined.apply(
            List.of(node(IN_NODE), pod(IN_POD)),
            ends -> Optional.of(RefusalReason.FOREIGN_ADDRESS));

    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.FOREIGN_ADDRESS, 2));
    assertThat(node.keys()).isEmpty();
    assertThat(pod.keys()).isEmpty();
  }

  @Test
  void removingTakesEachOutOfItsOwnTable() throws TableException {
    node.holding(List.of(IN_NODE, IN_POD));
    pod.holding(List.of(IN_NODE, IN_POD));
    var unused = joined.apply(List.of(pod(IN_POD)), ends -> Optional.empty());

    int removed = joined.remove(List.of(node(IN_NODE).key(), pod(IN_POD).key()));

    assertThat(removed).isEqualTo(2);
    assertThat(node.keys()).containsExactly(IN_POD.key());
    assertThat(pod.keys()).containsExactly(IN_NODE.key());
  }

  @Test
  void entriesOfAPodThatIsNotHereAreRefusedByTheirOwnReason() throws TableException {
    JoinedTables alone = new JoinedTables(node, TableFinder.NONE);

    Applied applied = alone.apply(List.of(node(IN_NODE), pod(IN_POD)), ends -> Optional.empty());

    assertThat(applied.created()).containsExactly(node(IN_NODE).key());
    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.NO_SUCH_TABLE, 1));
  }

  @Test
  void tablesOfTwoKindsAreNamedInTheLayoutAndReadEachByItsOwn() {
    TableFormat other = new TableFormat("other", "7");
    EntryReader ofPod = mockReader();
    JoinedTables two = new JoinedTables(node, new TableKind(other, ofPod), TableFinder.NONE);

    assertThat(two.format()).isEqualTo(new TableFormat("fake", "1+7+tables/1"));
    assertThat(joined.format()).isEqualTo(new TableFormat("fake", "1+tables/1"));
    assertThat(two.reader().lifetime(pod(IN_POD))).isEqualTo(Duration.ofDays(7));
    assertThat(two.reader().lifetime(node(IN_NODE))).isEqualTo(node.reader().lifetime(IN_NODE));
  }

  /** Knows one lifetime. */
  private static EntryReader mockReader() {
    return new EntryReader() {
      @Override
      public byte[] significant(Entry entry) {
        return entry.value();
      }

      @Override
      public Duration lifetime(Entry entry) {
        assertThat(entry).isEqualTo(IN_POD);
        return Duration.ofDays(7);
      }

      @Override
      public Optional<Entry> later(Entry entry, Duration elapsed) {
        return Optional.of(entry);
      }

      @Override
      public boolean mayEndEarly(Entry entry) {
        return false;
      }

      @Override
      public Optional<InetAddress> translatedInitiator(Entry entry) {
        return Optional.empty();
      }
    };
  }

  @Test
  void keysOfNoKnownTableAreMalformed() throws TableException {
    Entry untagged = Entry.of(EntryKey.of(new byte[] {7, 1, 2}), new byte[] {1});
    Entry empty = Entry.of(EntryKey.of(new byte[] {0}), new byte[] {1});

    Applied applied = joined.apply(List.of(untagged, empty), ends -> Optional.empty());

    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.MALFORMED, 2));
    assertThat(joined.remove(List.of(untagged.key(), empty.key()))).isZero();
  }

  @Test
  void aPodThatComesLaterIsFoundLater() throws TableException {
    List<ConntrackTable> there = new ArrayList<>();
    JoinedTables late = new JoinedTables(node, () -> there.stream().findFirst());
    var before = late.apply(List.of(pod(IN_POD)), ends -> Optional.empty());

    there.add(pod);
    var after = late.apply(List.of(pod(IN_POD)), ends -> Optional.empty());

    assertThat(before.refused()).containsKey(RefusalReason.NO_SUCH_TABLE);
    assertThat(after.created()).containsExactly(pod(IN_POD).key());
  }

  @Test
  void aPodThatMayNotBeEnteredIsLookedForOnce() throws TableException {
    List<String> looks = new ArrayList<>();
    JoinedTables forbidden =
        new JoinedTables(
            node,
            () -> {
              looks.add("look");
              throw new TableException("EPERM");
            });

    var unused = forbidden.apply(List.of(pod(IN_POD)), ends -> Optional.empty());
    Applied applied = forbidden.apply(List.of(pod(IN_POD)), ends -> Optional.empty());

    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.NO_SUCH_TABLE, 1));
    assertThat(looks).hasSize(1);
  }

  @Test
  void aPodTableThatFailsIsRefusedAndTheNodesGoesOn() throws TableException {
    var found = joined.apply(List.of(pod(IN_POD)), ends -> Optional.empty());
    assertThat(found.created()).hasSize(1);
    pod.fail("EMFILE");

    Applied applied = joined.apply(List.of(node(IN_NODE), pod(IN_POD)), ends -> Optional.empty());

    assertThat(applied.created()).containsExactly(node(IN_NODE).key());
    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.NO_SUCH_TABLE, 1));
    assertThat(joined.remove(List.of(node(IN_NODE).key(), pod(IN_POD).key()))).isEqualTo(1);
  }

  @Test
  void whoReadsAPodTableThatFailsIsToldOnceAndGoesOnWithoutIt() throws TableException {
    node.holding(List.of(IN_NODE));
    pod.holding(List.of(IN_POD));
    try (Changes changes = joined.changes(ADDRESSES)) {
      assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
      pod.fail("EMFILE");

      assertThatThrownBy(this::snapshot)
          .isInstanceOf(TableException.class)
          .hasMessageContaining("the pod's table failed")
          .hasMessageContaining("EMFILE");
    }

    try (Changes anew = joined.changes(ADDRESSES)) {
      assertThat(snapshot()).containsExactly(node(IN_NODE));
      assertThat(anew.drain()).isEqualTo(Delta.NOTHING);
    }
  }

  @Test
  void aTakerThatFailsIsNoFaultOfThePodsTable() throws TableException {
    pod.holding(List.of(IN_POD));
    try (Changes changes = joined.changes(ADDRESSES)) {
      assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
      assertThatThrownBy(
              () ->
                  joined.snapshot(
                      ADDRESSES,
                      chunk -> {
                        throw new TableException("link broke");
                      }))
          .hasMessage("link broke");
      assertThat(snapshot()).containsExactly(pod(IN_POD));
    }
  }

  @Test
  void aChangeOfEitherTableEndsTheWait() throws TableException {
    try (Changes changes = joined.changes(ADDRESSES)) {
      node.put(IN_NODE);
      assertThat(awaited(changes)).containsExactly(node(IN_NODE));

      pod.put(IN_POD);
      assertThat(awaited(changes)).containsExactly(pod(IN_POD));
    }
  }

  @Test
  void aDrainHasWhatChangedInBothTablesUpToNow() throws TableException {
    try (Changes changes = joined.changes(ADDRESSES)) {
      for (int port = 1; port <= 200; port++) {
        Entry flow = FakeTable.flow("10.10.0.50", VM, port);
        node.put(flow);
        pod.put(flow);

        assertThat(changes.drain()).isEqualTo(new Delta(List.of(node(flow), pod(flow)), Set.of()));
      }
    }
  }

  @Test
  void whatIsToldLastIsTheLatest() throws TableException {
    try (Changes changes = joined.changes(ADDRESSES)) {
      for (int round = 1; round <= 200; round++) {
        pod.put(IN_POD);
        pod.delete(IN_POD.key());
        SeenLast last = new SeenLast();
        last.see(changes.drain());
        last.see(changes.await(Duration.ZERO));

        assertThat(last.there).as("round %s", round).isEmpty();
      }
    }
  }

  /** Which entries are there, going by what was told. */
  private static final class SeenLast {
    private final List<EntryKey> there = new ArrayList<>();

    void see(Observation observation) {
      Delta delta = (Delta) observation;
      there.removeAll(delta.removed());
      delta.upserts().forEach(entry -> there.add(entry.key()));
    }
  }

  @Test
  void aLookAsksEachTableForItsOwn() throws TableException {
    node.holding(List.of(IN_NODE));
    pod.holding(List.of(IN_POD));
    try (Changes changes = joined.changes(ADDRESSES)) {
      Delta delta =
          changes.look(List.of(node(IN_NODE).key(), node(IN_POD).key(), pod(IN_POD).key()));

      assertThat(delta.upserts()).containsExactlyInAnyOrder(node(IN_NODE), pod(IN_POD));
      assertThat(delta.removed()).containsExactly(node(IN_POD).key());
    }
  }

  @Test
  void lostChangesOfEitherTableAreLostChanges() throws TableException {
    try (Changes changes = joined.changes(ADDRESSES)) {
      pod.overrun();
      assertThat(changes.drain()).isEqualTo(new Overrun());
      node.overrun();
      assertThat(changes.drain()).isEqualTo(new Overrun());
      assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
    }
  }

  @Test
  void theWeakerCoverageCounts() throws TableException {
    pod.telling(EventCoverage.NEW_ENTRIES_ONLY);
    try (Changes changes = joined.changes(ADDRESSES)) {
      assertThat(changes.coverage()).isEqualTo(EventCoverage.NEW_ENTRIES_ONLY);
    }
    node.telling(EventCoverage.NONE);
    try (Changes changes = joined.changes(ADDRESSES)) {
      assertThat(changes.coverage()).isEqualTo(EventCoverage.NONE);
    }
  }

  @Test
  void wakingEndsAWait() throws TableException {
    try (Changes changes = joined.changes(ADDRESSES)) {
      changes.wake();

      assertThat(changes.await(LONG)).isEqualTo(Delta.NOTHING);
    }
  }

  @Test
  void closingEndsBothStreamsAndTheirThread() throws TableException {
    Changes changes = joined.changes(ADDRESSES);
    assertThat(node.openStreams() + pod.openStreams()).isEqualTo(2);

    changes.close();

    assertThat(node.openStreams() + pod.openStreams()).isZero();
    String watch = "pod " + Thread.currentThread().getName();
    Awaitility.await("the watching thread has ended")
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals(watch)));
  }

  @Test
  void whatIsReadOfAnEntryIsWhatItsTableSays() {
    EntryReader reader = joined.reader();

    assertThat(reader.significant(pod(IN_POD))).isEqualTo(node.reader().significant(IN_POD));
    assertThat(reader.lifetime(pod(IN_POD))).isEqualTo(node.reader().lifetime(IN_POD));
    assertThat(reader.translatedInitiator(pod(IN_POD)))
        .isEqualTo(node.reader().translatedInitiator(IN_POD));
  }

  @Test
  void aPeerThatKnowsOneTableOnlySpeaksAnotherFormat() {
    assertThat(joined.format()).isEqualTo(new TableFormat("fake", "1+tables/1"));
  }

  @Test
  void whatIsSentIsOnceOnThePeer() throws TableException {
    node.holding(List.of(IN_NODE));
    pod.holding(List.of(IN_NODE));
    SentEntries sent = new SentEntries(joined.reader());
    try (Changes changes = joined.changes(ADDRESSES)) {
      List<Entry> first = new ArrayList<>();
      SentEntries.Comparison comparison = sent.compare();
      joined.snapshot(ADDRESSES, chunk -> first.addAll(comparison.take(chunk, Instant.EPOCH)));
      assertThat(comparison.finish()).isEmpty();
      pod.delete(IN_NODE.key());

      Delta delta =
          sent.difference((Delta) changes.drain(), SentEntries.Source.EVENT, Instant.EPOCH);

      assertThat(first).hasSize(2);
      assertThat(delta.removed()).containsExactly(pod(IN_NODE).key());
    }
  }

  private List<Entry> awaited(Changes changes) throws TableException {
    return ((Delta) changes.await(LONG)).upserts();
  }

  private List<Entry> snapshot() throws TableException {
    List<Entry> all = new ArrayList<>();
    joined.snapshot(ADDRESSES, all::addAll);
    return all;
  }

  private static Entry node(Entry entry) {
    return TableTag.NODE.tagged(entry);
  }

  private static Entry pod(Entry entry) {
    return TableTag.POD.tagged(entry);
  }
}
