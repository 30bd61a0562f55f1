package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.session.TargetJournal.Written;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.FakeTable;
import io.conntracksync.node.table.TableException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReassertionTest {
  private static final String VM = "10.0.0.5";
  private static final int CLOSING = 99;
  private static final Entry FLOW = FakeTable.flow("192.0.2.9", VM, 1);
  private static final Entry OTHER = FakeTable.flow("192.0.2.9", VM, 2);

  private final FakeTable table = new FakeTable().holding(List.of(FLOW, OTHER));
  private final Hand clock = new Hand();
  private Reassertion reassertion = of(FLOW, OTHER);

  @AfterEach
  void close() {
    reassertion.close();
    assertThat(table.openStreams()).isZero();
  }

  @Test
  void whatWasFlushedBeforeItBeganIsPutBack() throws TableException {
    table.delete(FLOW.key());

    assertThat(pass()).isEqualTo(1);
    assertThat(table.keys()).containsExactlyInAnyOrder(FLOW.key(), OTHER.key());
  }

  @Test
  void whatIsFlushedLaterIsPutBackWhenThatIsTold() throws TableException {
    assertThat(pass()).isZero();
    table.delete(FLOW.key());
    table.delete(OTHER.key());

    assertThat(pass()).isEqualTo(2);
    assertThat(table.keys()).hasSize(2);
  }

  @Test
  void aConnectionThatWasSeenToCloseStaysAway() throws TableException {
    assertThat(pass()).isZero();
    table.put(FakeTable.valued(FLOW, CLOSING));
    assertThat(pass()).isZero();
    table.delete(FLOW.key());

    assertThat(pass()).isZero();
    assertThat(table.keys()).containsExactly(OTHER.key());
  }

  @Test
  void whatHasRunOutStaysAway() throws TableException {
    reassertion = of(living(FLOW, 5));
    table.holdOnly(List.of(living(FLOW, 5)));
    assertThat(pass()).isZero();
    clock.advance(Duration.ofSeconds(6));
    table.delete(FLOW.key());

    assertThat(pass()).isZero();
    assertThat(table.keys()).isEmpty();
  }

  @Test
  void whatIsPutBackHasTheTimeThatWasLeft() throws TableException {
    reassertion = of(living(FLOW, 60));
    table.holdOnly(List.of());
    clock.advance(Duration.ofSeconds(20));

    assertThat(pass()).isEqualTo(1);
    assertThat(table.contents()).containsEntry(FLOW.key(), living(FLOW, 40));
  }

  @Test
  void whatIsThereIsNewerAndStays() throws TableException {
    Entry newer = FakeTable.valued(FLOW, 7);
    table.put(newer);

    assertThat(pass()).isZero();
    assertThat(table.contents()).containsEntry(FLOW.key(), newer);
  }

  @Test
  void whatIsPutBackIsWhatItWasLast() throws TableException {
    assertThat(pass()).isZero();
    Entry newer = FakeTable.valued(FLOW, 7);
    table.put(newer);
    assertThat(pass()).isZero();
    table.delete(FLOW.key());

    assertThat(pass()).isEqualTo(1);
    assertThat(table.contents()).containsEntry(FLOW.key(), newer);
  }

  @Test
  void whatIsTakenOutAgainAndAgainIsLetGo() throws TableException {
    int returned = pass();
    for (int i = 0; i < 10; i++) {
      table.delete(FLOW.key());
      returned += pass();
    }

    assertThat(returned).isEqualTo(3);
    assertThat(table.keys()).containsExactly(OTHER.key());
  }

  @Test
  void afterAnOverrunEverythingIsLookedAt() throws TableException {
    assertThat(pass()).isZero();
    table.delete(FLOW.key());
    table.overrun();

    assertThat(pass()).isEqualTo(1);
  }

  @Test
  void whatATableDoesNotTellIsLookedAtMoreAndMoreSeldom() throws TableException {
    table.telling(EventCoverage.NONE);
    assertThat(pass()).isZero();
    table.delete(FLOW.key());
    table.overrun();
    assertThat(pass()).isEqualTo(1);

    clock.advance(Duration.ofSeconds(1));
    assertThat(pass()).isZero();
  }

  @Test
  void onceStoppedNothingIsPutBack() throws TableException {
    assertThat(pass()).isZero();
    reassertion.stop();
    table.delete(FLOW.key());

    assertThat(pass()).isZero();
    assertThat(table.keys()).containsExactly(OTHER.key());
  }

  private int pass() throws TableException {
    return reassertion.pass(Duration.ZERO);
  }

  private Reassertion of(Entry... entries) {
    Map<EntryKey, Written> wanted = new HashMap<>();
    for (Entry entry : entries) {
      wanted.put(entry.key(), new Written(entry, clock.instant()));
    }
    return new Reassertion(table, Set.of(FakeTable.address(VM)), wanted, clock);
  }

  /** With a lifetime, see {@code FakeEntryReader}. */
  private static Entry living(Entry flow, int seconds) {
    return Entry.of(
        flow.key(),
        ByteBuffer.allocate(5).put(new byte[] {1, 2, 3}).putShort((short) seconds).array());
  }

  /** A clock that is moved by hand. */
  private static final class Hand extends Clock {
    private Instant now = Instant.EPOCH;

    void advance(Duration step) {
      now = now.plus(step);
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
      return this;
    }
  }
}
