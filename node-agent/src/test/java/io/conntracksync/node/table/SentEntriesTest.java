package io.conntracksync.node.table;

import static io.conntracksync.node.table.FakeEntryReader.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.SentEntries.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SentEntriesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Entry FLOW = FakeTable.flow("10.30.0.100", "192.0.2.9", 1);

  private final SentEntries sent = new SentEntries(new FakeEntryReader());

  @Test
  void aNewEntryGoesOutAndTheSameAgainDoesNot() {
    assertThat(told(entry(FLOW, 1, 600), 0).upserts()).hasSize(1);

    assertThat(told(entry(FLOW, 1, 600), 1).isEmpty()).isTrue();
    assertThat(sent.size()).isEqualTo(1);
  }

  @Test
  void timeLeftAloneIsNoChange() {
    told(entry(FLOW, 1, 600), 0);

    assertThat(told(entry(FLOW, 1, 300), 10).isEmpty()).isTrue();
    assertThat(told(entry(FLOW, 1, 900), 20).isEmpty()).isTrue();
    assertThat(told(entry(FLOW, 2, 600), 30).upserts()).containsExactly(entry(FLOW, 2, 600));
  }

  @Test
  void whatWasNeverSentNeedNotBeRemoved() {
    Delta gone = new Delta(List.of(), Set.of(FLOW.key()));

    assertThat(sent.difference(gone, Source.EVENT, START).isEmpty()).isTrue();
    told(entry(FLOW, 1, 600), 0);
    assertThat(sent.difference(gone, Source.EVENT, START).removed()).containsExactly(FLOW.key());
    assertThat(sent.difference(gone, Source.EVENT, START).isEmpty()).isTrue();
  }

  /** UDP: packets keep the source's entry alive for 120 s at a time, nothing keeps the peer's. */
  @Test
  void anEntryThatWouldRunOutAtThePeerAloneIsSentAgain() {
    told(entry(FLOW, 1, 120), 0);
    assertThat(sent.halfSpent(START.plusSeconds(59))).isEmpty();
    assertThat(sent.halfSpent(START.plusSeconds(60))).containsExactly(FLOW.key());

    assertThat(told(entry(FLOW, 1, 119), 60).upserts()).hasSize(1);
    assertThat(sent.halfSpent(START.plusSeconds(60))).isEmpty();
  }

  @Test
  void anEntryThatRunsOutOnBothSidesIsNotSentAgain() {
    told(entry(FLOW, 1, 120), 0);

    assertThat(told(entry(FLOW, 1, 60), 60).isEmpty()).isTrue();
    // Asked again when half of what is left has passed, not each time.
    assertThat(sent.halfSpent(START.plusSeconds(89))).isEmpty();
    assertThat(sent.halfSpent(START.plusSeconds(90))).containsExactly(FLOW.key());
  }

  @Test
  void anEntryIsSilentUntilTheTableTellsOfItByItself() {
    sent.difference(new Delta(List.of(FLOW), Set.of()), Source.LOOK, START);
    assertThat(sent.silent()).containsExactly(FLOW.key());

    sent.difference(new Delta(List.of(FLOW), Set.of()), Source.EVENT, START);
    assertThat(sent.silent()).isEmpty();
    sent.difference(new Delta(List.of(FLOW), Set.of()), Source.LOOK, START);
    assertThat(sent.silent()).isEmpty();
  }

  @Test
  void ofASnapshotOnlyTheDifferenceGoesOut() {
    Entry same = entry(FakeTable.flow("10.30.0.100", "192.0.2.9", 2), 1, 600);
    Entry gone = entry(FakeTable.flow("10.30.0.100", "192.0.2.9", 3), 1, 600);
    Entry added = entry(FakeTable.flow("10.30.0.100", "192.0.2.9", 4), 1, 600);
    told(entry(FLOW, 1, 600), 0);
    told(same, 0);
    told(gone, 0);

    SentEntries.Comparison comparison = sent.compare();

    assertThat(comparison.take(List.of(entry(FLOW, 2, 600), same), START))
        .containsExactly(entry(FLOW, 2, 600));
    assertThat(comparison.take(List.of(added), START)).containsExactly(added);
    assertThat(comparison.finish()).containsExactly(gone.key());
    assertThat(sent.size()).isEqualTo(3);
  }

  /** Whatever happens and however it is learnt, the peer ends with what the table holds. */
  @Test
  void thePeerHoldsWhatTheTableHolds() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      SentEntries ledger = new SentEntries(new FakeEntryReader());
      Map<EntryKey, Entry> table = new HashMap<>();
      Map<EntryKey, Entry> peer = new HashMap<>();
      for (int step = 0; step < 40; step++) {
        Set<EntryKey> touched = change(table, random);
        if (random.nextInt(4) == 0) {
          SentEntries.Comparison comparison = ledger.compare();
          List<Entry> all = new ArrayList<>(table.values());
          int cut = all.isEmpty() ? 0 : random.nextInt(all.size());
          put(peer, comparison.take(all.subList(0, cut), START));
          put(peer, comparison.take(all.subList(cut, all.size()), START));
          comparison.finish().forEach(peer::remove);
        } else {
          List<Entry> upserts =
              touched.stream().filter(table::containsKey).map(table::get).toList();
          touched.removeAll(table.keySet());
          Delta out = ledger.difference(new Delta(upserts, touched), Source.EVENT, START);
          put(peer, out.upserts());
          out.removed().forEach(peer::remove);
        }
        assertThat(peer).as("seed %d, step %d", seed, step).isEqualTo(table);
        assertThat(ledger.size()).isEqualTo(table.size());
      }
    }
  }

  private static Set<EntryKey> change(Map<EntryKey, Entry> table, Random random) {
    Set<EntryKey> touched = new HashSet<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      Entry flow = FakeTable.flow("10.30.0.100", "192.0.2.9", random.nextInt(8));
      touched.add(flow.key());
      if (random.nextBoolean()) {
        table.put(flow.key(), entry(flow, random.nextInt(3), 600));
      } else {
        table.remove(flow.key());
      }
    }
    return touched;
  }

  private static void put(Map<EntryKey, Entry> peer, List<Entry> entries) {
    entries.forEach(entry -> peer.put(entry.key(), entry));
  }

  private Delta told(Entry entry, int seconds) {
    return sent.difference(
        new Delta(List.of(entry), Set.of()), Source.EVENT, START.plusSeconds(seconds));
  }
}
