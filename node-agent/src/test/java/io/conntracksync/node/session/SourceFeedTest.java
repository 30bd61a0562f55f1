package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.ExportRule;
import io.conntracksync.node.table.FakeTable;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SourceFeedTest {
  private static final String VM = "10.0.0.5";
  private static final String NODE = "192.168.1.11";
  private static final String EGRESS = "203.0.113.5";
  private static final String PEER = "192.0.2.7";
  private static final Entry FIRST = FakeTable.flow(VM, PEER, 1);
  private static final Entry SECOND = FakeTable.flow(VM, PEER, 2);

  private final FakeTable table = new FakeTable().holding(List.of(FIRST));
  private final FakeLink link = new FakeLink();
  private final ManualClock clock = new ManualClock();

  @Test
  void whatChangesAfterTheSnapshotIsSent() throws IOException {
    try (SourceFeed feed = feed()) {
      assertThat(feed.snapshot().entries()).isEqualTo(1);

      table.put(SECOND);
      assertThat(feed.turn()).isEqualTo(SourceFeed.Turn.NOTHING);
      assertThat(link.peer).containsExactlyInAnyOrder(FIRST.key(), SECOND.key());

      clock.pass(Duration.ofSeconds(1));
      assertThat(feed.turn().round().orElseThrow().entries()).isEqualTo(1);
    }
  }

  @Test
  void whatIsGoneIsToldWhenTheSwitchoverIsAnnouncedAndNotBefore() throws IOException {
    try (SourceFeed feed = feed()) {
      table.put(SECOND);
      feed.snapshot();
      table.delete(FIRST.key());
      table.delete(SECOND.key());
      feed.turn();
      assertThat(link.peer).containsExactlyInAnyOrder(FIRST.key(), SECOND.key());

      table.put(SECOND);
      feed.turn();
      feed.drainFor(1, Instant.EPOCH);
      feed.turn();

      assertThat(link.peer).containsExactly(SECOND.key());
    }
  }

  @Test
  void whatIsTranslatedToTheNodeItselfIsCountedAndNeverSent() throws IOException {
    Entry refused = FakeTable.translated(SECOND, NODE);
    try (SourceFeed feed = feed()) {
      table.put(refused);
      table.put(FakeTable.translated(FakeTable.flow(VM, PEER, 3), EGRESS));
      assertThat(feed.snapshot().refused()).isEqualTo(refused(1));
      assertThat(link.peer).containsExactlyInAnyOrder(FIRST.key(), key(3));

      table.put(refused);
      table.put(FakeTable.translated(FakeTable.flow(VM, PEER, 4), NODE));
      table.delete(refused.key());
      clock.pass(Duration.ofSeconds(1));
      SourceFeed.Turn turn = feed.turn();
      assertThat(turn.round().orElseThrow().refused()).isEqualTo(refused(2));
      assertThat(turn.round().orElseThrow().entries()).isZero();

      feed.drainFor(1, clock.instant());
      feed.turn();
      assertThat(link.said).containsOnly("send 2", "barrier");
    }
  }

  @ParameterizedTest
  @EnumSource(EventCoverage.class)
  void aRefusedEntryDisturbsNoComparisonAndCountsOnce(EventCoverage coverage) throws IOException {
    table.telling(coverage);
    table.put(FakeTable.translated(SECOND, NODE));
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      table.overrun();
      clock.pass(Duration.ofSeconds(1));
      SourceRound compared = feed.turn().round().orElseThrow();
      assertThat(compared.entries()).isZero();
      assertThat(compared.refused()).isEqualTo(refused(1));
      feed.drainFor(1, clock.instant());
      feed.turn();

      assertThat(link.said).containsOnly("send 1", "barrier");
      // The VM went on here and stops again: everything is compared.
      feed.drainFor(2, clock.instant());
      assertThat(feed.turn().round()).isEmpty();
      assertThat(link.peer).containsExactly(FIRST.key());
    }
  }

  /** The flow ended, and another with the same original tuple is translated. */
  @Test
  void anEntryThatIsNowTranslatedToTheNodeIsGoneForTheTarget() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      table.put(FakeTable.translated(FIRST, NODE));
      feed.turn();
      feed.drainFor(1, clock.instant());
      feed.turn();

      assertThat(link.peer).isEmpty();
      assertThat(link.said).contains("remove 1");
    }
  }

  private static EntryKey key(int port) {
    return FakeTable.flow(VM, PEER, port).key();
  }

  private static Map<RefusalReason, Long> refused(long count) {
    return Map.of(RefusalReason.SOURCE_NODE_ADDRESS, count);
  }

  @Test
  void aChangeDuringTheSnapshotIsNotMissed() throws IOException {
    try (SourceFeed feed = feed()) {
      table.put(SECOND);
      feed.snapshot();
      table.delete(SECOND.key());
      feed.drainFor(1, Instant.EPOCH);
      feed.turn();

      assertThat(link.peer).containsExactly(FIRST.key());
    }
  }

  @Test
  void theSameAgainIsNoChangeAndNoRound() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      table.put(FIRST);
      clock.pass(Duration.ofSeconds(1));

      assertThat(feed.turn().round()).isEmpty();
      assertThat(link.said).containsExactly("send 1", "barrier", "barrier");
    }
  }

  @Test
  void anOverrunLosesNothingAndOnlyTheDifferenceGoesOut() throws IOException {
    try (SourceFeed feed = feed()) {
      table.holding(FakeTable.flows(VM, PEER, 50));
      feed.snapshot();
      table.put(FakeTable.flow(VM, PEER, 51));
      table.delete(FIRST.key());
      table.overrun();
      feed.turn();

      assertThat(link.said).containsExactly("send 50", "barrier", "send 1");
      feed.drainFor(1, Instant.EPOCH);
      feed.turn();
      assertThat(link.peer).isEqualTo(table.keys());
      assertThat(link.said).contains("remove 1");
    }
  }

  @ParameterizedTest
  @EnumSource(EventCoverage.class)
  void aSwitchoverHasEverythingSentAndAcknowledged(EventCoverage coverage) throws IOException {
    table.telling(coverage);
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      table.put(SECOND);
      table.delete(FIRST.key());
      feed.drainFor(1, Instant.EPOCH);
      SourceFeed.Turn turn = feed.turn();

      assertThat(turn.drained()).hasValue(1);
      assertThat(link.peer).containsExactly(SECOND.key());
      assertThat(link.said).last().isEqualTo("barrier");
    }
  }

  @Test
  void whatAnswersToItsNameIsNotLookedAtWhenTheVmStandsStill() throws IOException {
    table.telling(EventCoverage.NEW_ENTRIES_ONLY);
    table.put(SECOND);
    table.silence(SECOND.key());
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      feed.turn();
      assertThat(table.called()).containsExactlyInAnyOrder(FIRST.key(), SECOND.key());
      long looks = table.looksAt(FIRST.key());
      table.put(FakeTable.valued(SECOND, 7));
      table.put(FakeTable.flow(VM, PEER, 3));

      feed.drainFor(1, clock.instant());
      feed.turn();

      assertThat(table.looksAt(FIRST.key())).isEqualTo(looks);
      assertThat(link.said).containsExactly("send 2", "barrier", "send 1", "send 1", "barrier");
      assertThat(table.called()).as("once each").hasSize(2);
    }
  }

  @Test
  void aPauseDoesNotWaitUntilAllWereCalled() throws IOException {
    table.telling(EventCoverage.NEW_ENTRIES_ONLY);
    table.holding(FakeTable.flows(VM, PEER, 1000));
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      feed.turn();
      int before = table.called().size();
      assertThat(before).isBetween(1, 500);
      table.delete(FIRST.key());
      feed.drainFor(1, clock.instant());

      assertThat(feed.turn().drained()).hasValue(1);

      assertThat(table.called()).hasSize(before);
      assertThat(link.peer).isEqualTo(table.keys());
    }
  }

  @Test
  void whereAllAreToldOfOrNoneNobodyIsCalled() throws IOException {
    for (EventCoverage coverage : List.of(EventCoverage.ALL, EventCoverage.NONE)) {
      table.telling(coverage);
      try (SourceFeed feed = feed()) {
        feed.snapshot();
        feed.turn();
      }
    }
    assertThat(table.called()).isEmpty();
  }

  @Test
  void whereNothingIsToldTheTableIsComparedEverySecond() throws IOException {
    table.telling(EventCoverage.NONE);
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      table.put(SECOND);
      clock.pass(Duration.ofSeconds(1));

      assertThat(feed.turn().round()).hasValueSatisfying(r -> assertThat(r.entries()).isOne());
      assertThat(link.peer).isEqualTo(table.keys());
    }
  }

  @Test
  void whatHappensOnTheSourceAfterTheSwitchoverIsNothingToTheTarget() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      feed.drainFor(1, Instant.EPOCH);
      feed.turn();
      table.delete(FIRST.key());
      clock.pass(Duration.ofSeconds(1));
      feed.turn();
      assertThat(link.peer).containsExactly(FIRST.key());

      // The VM went on here after all, and stops again.
      feed.drainFor(2, clock.instant());
      assertThat(feed.turn().drained()).hasValue(2);
      assertThat(link.peer).isEmpty();
    }
  }

  @Test
  void aVmThatRunsOnIsFollowedAgain() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      table.delete(FIRST.key());
      feed.drainFor(1, Instant.EPOCH);
      feed.turn();
      table.put(FIRST);
      table.put(SECOND);
      feed.turn();
      assertThat(link.peer).isEmpty();

      feed.followFrom(1);
      feed.turn();
      assertThat(link.peer).containsExactlyInAnyOrder(FIRST.key(), SECOND.key());

      Entry third = FakeTable.flow(VM, PEER, 3);
      table.put(third);
      feed.turn();
      assertThat(link.peer).contains(third.key());
    }
  }

  @Test
  void aVmThatRunsOnAndStopsAgainIsNotFollowed() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      feed.drainFor(1, Instant.EPOCH);
      feed.followFrom(1);
      feed.drainFor(2, Instant.EPOCH);
      feed.turn();
      table.put(SECOND);
      clock.pass(Duration.ofSeconds(1));
      feed.turn();

      assertThat(link.peer).containsExactly(FIRST.key());
    }
  }

  @Test
  void aSwitchoverThatIsHeardOfLateTellsNothingGone() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      table.delete(FIRST.key());
      table.put(SECOND);
      clock.pass(Duration.ofMillis(101));
      feed.drainFor(1, Instant.EPOCH.plusMillis(100));
      feed.turn();

      assertThat(link.peer).containsExactlyInAnyOrder(FIRST.key(), SECOND.key());
    }
  }

  @Test
  void aSwitchoverBeforeTheConnectionIsNotFollowedUntilTheVmRuns() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      feed.standStill(3);
      table.put(SECOND);
      clock.pass(Duration.ofSeconds(1));
      feed.turn();
      assertThat(link.peer).containsExactly(FIRST.key());

      feed.followFrom(3);
      feed.turn();
      assertThat(link.peer).containsExactlyInAnyOrder(FIRST.key(), SECOND.key());
    }
  }

  @Test
  void theLagIsThatOfAChangeWithABarrierOfItsOwn() throws IOException {
    try (SourceFeed feed = feed()) {
      assertThat(feed.snapshot().lag()).isEmpty();
      clock.pass(Duration.ofMillis(1500));
      assertThat(feed.turn().round()).isEmpty();
      table.put(SECOND);
      link.onBarrier = () -> clock.pass(Duration.ofMillis(7));

      SourceRound round = feed.turn().round().orElseThrow();

      assertThat(round.lag()).hasValue(Duration.ofMillis(7));
      assertThat(round.entries()).isOne();
      table.put(FakeTable.flow(VM, PEER, 3));
      assertThat(feed.turn()).as("once a second").isEqualTo(SourceFeed.Turn.NOTHING);
    }
  }

  @Test
  void underSteadyChangeEntriesThatTellNothingAreStillRefreshed() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      clock.pass(Duration.ofMinutes(31));
      table.put(SECOND);
      feed.turn();

      assertThat(link.said).containsExactly("send 1", "barrier", "send 1", "barrier", "send 1");
    }
  }

  @Test
  void overrunsAreCounted() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      table.overrun();
      feed.turn();
      clock.pass(Duration.ofSeconds(1));

      assertThat(feed.turn().round().orElseThrow().overruns()).isOne();
    }
  }

  @Test
  void anEntryThatOnlyLivesOnIsSentAgainBeforeThePeersCopyRunsOut() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      clock.pass(Duration.ofMinutes(31));

      // An hour is the life of an entry of the fake table, and it is always that long.
      assertThat(feed.turn().round()).hasValueSatisfying(r -> assertThat(r.entries()).isOne());
    }
  }

  @Test
  void aTableThatFailsEndsIt() throws IOException {
    try (SourceFeed feed = feed()) {
      feed.snapshot();
      table.put(SECOND);
      table.fail("EPERM");

      assertThatThrownBy(feed::turn).isInstanceOf(TableException.class).hasMessage("EPERM");
      table.recover();
    }
    assertThat(table.openStreams()).isZero();
  }

  @Test
  void aLinkThatBreaksInTheSnapshotIsNoFaultOfTheTable() throws IOException {
    link.broken = true;
    try (SourceFeed feed = feed()) {
      assertThatThrownBy(feed::snapshot).isInstanceOf(SourceFeed.LinkBrokeException.class);
    }
  }

  private SourceFeed feed() throws TableException {
    ExportRule rule = new ExportRule(table.reader(), Set.of(FakeTable.address(NODE)));
    return new SourceFeed(table, Set.of(FakeTable.address(VM)), rule, link, clock);
  }

  /** A fake: knows what the peer would hold. */
  private static final class FakeLink implements Outlet.Link {
    private final Set<EntryKey> peer = new HashSet<>();
    private final List<String> said = new ArrayList<>();
    private boolean broken;
    private Runnable onBarrier = () -> {};

    @Override
    public void send(List<Entry> entries) throws IOException {
      if (broken) {
        throw new IOException("reset");
      }
      if (!entries.isEmpty()) {
        said.add("send " + entries.size());
        entries.forEach(entry -> peer.add(entry.key()));
      }
    }

    @Override
    public void remove(Collection<EntryKey> keys) {
      if (!keys.isEmpty()) {
        said.add("remove " + keys.size());
        peer.removeAll(Set.copyOf(keys));
      }
    }

    @Override
    public Acknowledgement barrier() {
      said.add("barrier");
      onBarrier.run();
      return new Acknowledgement(peer.size(), Map.of());
    }

    @Override
    public void sayBye(Conclusion conclusion) {
      said.add("bye");
    }

    @Override
    public long bytesSent() {
      return said.size();
    }

    @Override
    public void close() {
      said.add("close");
    }
  }

  /** Stands still unless told otherwise. */
  private static final class ManualClock extends Clock {
    private Instant now = Instant.EPOCH;

    void pass(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
