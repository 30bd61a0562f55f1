package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.Finding.Verdict;
import io.conntracksync.node.session.PauseAnnouncer;
import io.conntracksync.node.session.PauseOutcome;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncOrder.DeadlinePolicy;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetProgress.HookAnswer;
import io.conntracksync.node.table.RefusalReason;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionMetersTest {
  private static final Finding ANY = new Finding(Verdict.YES, "Any", "any");

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final SessionMeters sessions = new SessionMeters(meters, 10);

  @Test
  void sumsOfASyncBecomeDifferences() {
    sessions.progressed(sync("a"), new SourceProgress(ANY, 1, 10, 100));
    sessions.progressed(sync("a"), new SourceProgress(ANY, 2, 15, 150));
    sessions.progressed(sync("b"), new SourceProgress(ANY, 1, 5, 50));

    assertThat(meters.counter("conntracksync.entries.sent").count()).isEqualTo(20);
    assertThat(meters.counter("conntracksync.bytes.sent").count()).isEqualTo(200);
    assertThat(meters.counter("conntracksync.rounds").count()).isEqualTo(3);
  }

  @Test
  void aSumThatWentBackCountsFromZero() {
    sessions.progressed(sync("a"), new SourceProgress(ANY, 1, 10, 100));
    sessions.progressed(sync("a"), new SourceProgress(ANY, 0, 4, 40));

    assertThat(meters.counter("conntracksync.entries.sent").count()).isEqualTo(14);
  }

  @Test
  void refusalsAreCountedByReason() {
    sessions.progressed(
        sync("a"), received(3, Map.of(RefusalReason.TABLE_FULL, 1L), Optional.empty()));
    sessions.progressed(
        sync("a"),
        received(
            6,
            Map.of(RefusalReason.TABLE_FULL, 2L, RefusalReason.MALFORMED, 1L),
            Optional.empty()));

    assertThat(meters.counter("conntracksync.entries.received").count()).isEqualTo(6);
    assertThat(meters.counter("conntracksync.entries.applied").count()).isEqualTo(6);
    assertThat(meters.counter("conntracksync.entries.refused", "reason", "TableFull").count())
        .isEqualTo(2);
    assertThat(meters.counter("conntracksync.entries.refused", "reason", "Malformed").count())
        .isEqualTo(1);
  }

  @Test
  void whatTheSourceKeptBackIsCountedByReason() {
    for (long kept : new long[] {1, 3}) {
      sessions.progressed(
          sync("a"),
          new SourceProgress(
              ANY,
              1,
              10,
              100,
              Map.of(RefusalReason.SOURCE_NODE_ADDRESS, kept),
              0,
              Optional.empty(),
              Optional.empty()));
    }

    assertThat(
            meters
                .counter("conntracksync.entries.refused.at.source", "reason", "SourceNodeAddress")
                .count())
        .isEqualTo(3);
  }

  @Test
  void aHookIsCountedOnceHoweverOftenItIsReported() {
    Optional<HookAnswer> answer =
        Optional.of(new HookAnswer(HookAnswer.Outcome.IMPORTED, Duration.ofMillis(12)));
    sessions.progressed(sync("a"), received(1, Map.of(), Optional.empty()));
    sessions.progressed(sync("a"), received(1, Map.of(), answer));
    sessions.progressed(sync("a"), received(2, Map.of(), answer));

    var waited = meters.timer("conntracksync.hook.waited", "outcome", "imported");
    assertThat(waited.count()).isEqualTo(1);
    assertThat(waited.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(12);
  }

  @Test
  void memoryIsBounded() {
    for (int i = 0; i < 100; i++) {
      sessions.progressed(sync("sync-" + i), new SourceProgress(ANY, 1, 1, 1));
    }
    // Forgotten, so it counts as new.
    sessions.progressed(sync("sync-0"), new SourceProgress(ANY, 1, 1, 1));

    assertThat(meters.counter("conntracksync.entries.sent").count()).isEqualTo(101);
  }

  private static TargetProgress received(
      long entries, Map<RefusalReason, Long> refused, Optional<HookAnswer> hook) {
    return new TargetProgress(
        ANY, 28152, entries, entries, refused, Optional.empty(), hook, Optional.empty(), 0);
  }

  @Test
  void whatThePausesCameToIsCounted() {
    SourceProgress round =
        new SourceProgress(
            ANY, 1, 10, 100, Map.of(), 2, Optional.of(Duration.ofMillis(3)), Optional.empty());
    SourceProgress paused =
        round.with(
            new SourceProgress.Switchover(
                PauseOutcome.DRAINED, PauseAnnouncer.LIBVIRT, Duration.ofMillis(9)));
    sessions.progressed(sync("a"), round);
    sessions.progressed(sync("a"), paused);
    sessions.progressed(sync("a"), paused);

    assertThat(meters.get("conntracksync.overruns").counter().count()).isEqualTo(2);
    assertThat(meters.get("conntracksync.delta.lag").timer().count()).isOne();
    assertThat(
            meters
                .get("conntracksync.switchover.waited")
                .tags("announcer", "libvirt", "outcome", "drained")
                .timer()
                .count())
        .isOne();
  }

  private static SyncOrder sync(String uid) {
    return new SyncOrder(
        uid,
        "vms",
        "move",
        "vms_vm",
        new SyncOrder.Nodes("source", "target"),
        Set.of(InetAddress.getLoopbackAddress()),
        Duration.ofMillis(200),
        Duration.ofMillis(100),
        DeadlinePolicy.IGNORE);
  }
}
