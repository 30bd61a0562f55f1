package io.conntracksync.node.agent;

import static io.conntracksync.node.agent.SyncBench.DOMAIN;
import static io.conntracksync.node.agent.SyncBench.PEER;
import static io.conntracksync.node.agent.SyncBench.UUID;
import static io.conntracksync.node.agent.SyncBench.VM;
import static io.conntracksync.node.agent.SyncBench.last;
import static io.conntracksync.node.agent.SyncBench.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.DomainChange;
import io.conntracksync.node.session.PauseAnnouncer;
import io.conntracksync.node.session.PauseOutcome;
import io.conntracksync.node.session.PauseWait;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SourceProgress.Switchover;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetProgress.Cleanup;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.FakeTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What happens after the snapshot, over real connections. */
class DeltaSessionsTest {
  private static final String ANOTHER_PEER = "198.51.100.7";
  private static final Entry FIRST = FakeTable.flow(VM, PEER, 1);
  private static final Entry LATER = FakeTable.flow(PEER, VM, 99);

  @Test
  void whatComesAndGoesAfterTheSnapshotReachesTheTarget() throws Exception {
    try (SyncBench bench = exported(List.of(FIRST))) {
      bench.sourceTable.put(LATER);
      await("came").until(() -> bench.targetTable.keys().contains(LATER.key()));

      bench.sourceTable.delete(FIRST.key());
      assertThat(outcome(bench.source().paused(DOMAIN, UUID))).isEqualTo(PauseOutcome.DRAINED);
      assertThat(bench.targetTable.keys()).containsExactly(LATER.key());

      await("reported")
          .untilAsserted(
              () -> {
                assertThat(last(bench.targetProgress).orElseThrow().entriesApplied()).isOne();
                assertThat(last(bench.sourceProgress).orElseThrow().entriesSent()).isEqualTo(2);
              });
      assertThat(last(bench.sourceProgress).orElseThrow().rounds()).isGreaterThan(1);
      bench.target().concluded(order(), Conclusion.ROLL_BACK);
      await("cleaned up")
          .until(
              () ->
                  last(bench.targetProgress)
                      .flatMap(TargetProgress::cleanup)
                      .filter(new Cleanup(Conclusion.ROLL_BACK, 1)::equals)
                      .isPresent());
      assertThat(bench.targetTable.keys()).isEmpty();
    }
  }

  @Test
  void aDeletionNeverTouchesWhatWasThereBefore() throws Exception {
    try (SyncBench bench = new SyncBench()) {
      bench.targetTable.holding(List.of(FIRST));
      bench.sourceTable.holding(List.of(FIRST, LATER));
      start(bench);

      bench.sourceTable.delete(FIRST.key());
      bench.sourceTable.delete(LATER.key());

      assertThat(outcome(bench.source().paused(DOMAIN, UUID))).isEqualTo(PauseOutcome.DRAINED);
      assertThat(bench.targetTable.keys()).containsExactly(FIRST.key());
    }
  }

  @Test
  void anOverrunLosesNothing() throws Exception {
    try (SyncBench bench = exported(List.of(FIRST))) {
      List<Entry> flows = FakeTable.flows(ANOTHER_PEER, VM, 400);
      for (Entry flow : flows) {
        bench.sourceTable.put(flow);
        bench.sourceTable.overrun();
      }
      bench.sourceTable.delete(FIRST.key());
      bench.sourceTable.overrun();

      assertThat(outcome(bench.source().paused(DOMAIN, UUID))).isEqualTo(PauseOutcome.DRAINED);
      assertThat(bench.targetTable.keys()).isEqualTo(bench.sourceTable.keys()).hasSize(400);
    }
  }

  @Test
  void aPauseIsAnsweredWhenEverythingIsThere() throws Exception {
    List<Entry> flows = FakeTable.flows(ANOTHER_PEER, VM, 1000);
    try (SyncBench bench = exported(List.of(FIRST))) {
      flows.forEach(bench.sourceTable::put);
      PauseWait wait = bench.source().paused(DOMAIN, UUID);

      assertThat(wait.hold()).isEqualTo(order().switchoverDeadline());
      assertThat(outcome(wait)).isEqualTo(PauseOutcome.DRAINED);
      assertThat(bench.targetTable.keys()).hasSize(1001);
    }
  }

  @Test
  void aPauseBeforeTheConnectionIsDrainedOnceThereIsOne() throws Exception {
    try (SyncBench bench = new SyncBench()) {
      bench.sourceTable.holding(List.of(FIRST));
      bench.source().assigned(order(), bench.endpoint);
      PauseWait wait = bench.source().paused(DOMAIN, UUID);
      bench.target().assigned(order(), bench.endpoint);

      assertThat(outcome(wait)).isEqualTo(PauseOutcome.DRAINED);
      assertThat(bench.targetTable.keys()).containsExactly(FIRST.key());
    }
  }

  @Test
  void aTargetThatHangsHoldsTheSwitchoverUntilItsDeadlineOnly() throws Exception {
    SyncOrder hasty = withSwitchoverDeadline(Duration.ofMillis(50));
    CountDownLatch open = new CountDownLatch(1);
    try (SyncBench bench = new SyncBench()) {
      bench.target().assigned(hasty, bench.endpoint);
      bench.source().assigned(hasty, bench.endpoint);
      await("exported").until(() -> bench.exported().equals("Exported"));
      bench.targetTable.holdUntil(open);
      bench.sourceTable.put(LATER);

      PauseWait wait = bench.source().paused(DOMAIN, UUID);

      assertThat(wait.hold()).isEqualTo(Duration.ofMillis(50));
      assertThat(outcome(wait)).isEqualTo(PauseOutcome.DEADLINE_EXCEEDED);
      open.countDown();
      await("comes late").until(() -> bench.targetTable.keys().contains(LATER.key()));
    }
  }

  @Test
  void aPauseThatOnlyLibvirtTellsOfHasTheSameRound() throws Exception {
    try (SyncBench bench = exported(List.of(FIRST))) {
      bench.sourceTable.put(LATER);
      bench.sourceTable.delete(FIRST.key());
      bench.source().changed("ns_other", DomainChange.SUSPENDED);
      bench.source().changed(DOMAIN, DomainChange.SUSPENDED);

      await("told").until(() -> switchover(bench).isPresent());
      assertThat(switchover(bench).get().announcer()).isEqualTo(PauseAnnouncer.LIBVIRT);
      assertThat(switchover(bench).get().outcome()).isEqualTo(PauseOutcome.DRAINED);
      assertThat(bench.targetTable.keys()).containsExactly(LATER.key());
    }
  }

  @Test
  void aPauseThatAGateAskedAboutHasOneRound() throws Exception {
    try (SyncBench bench = exported(List.of(FIRST))) {
      assertThat(outcome(bench.source().paused(DOMAIN, UUID))).isEqualTo(PauseOutcome.DRAINED);
      bench.source().changed(DOMAIN, DomainChange.SUSPENDED);
      bench.source().changed(DOMAIN, DomainChange.SUSPENDED);
      bench.source().changed(DOMAIN, DomainChange.RUNS);
      bench.sourceTable.put(LATER);

      await("followed again").until(() -> bench.targetTable.keys().contains(LATER.key()));
      assertThat(switchover(bench).orElseThrow().announcer()).isEqualTo(PauseAnnouncer.GATE);
    }
  }

  @Test
  void aGateIsAnsweredWithinItsDeadlineWhateverLibvirtHasTold() {
    try (SyncBench bench = new SyncBench()) {
      SyncOrder hasty = withSwitchoverDeadline(Duration.ofMillis(50));
      bench.source().assigned(hasty, bench.endpoint);
      bench.source().changed(DOMAIN, DomainChange.SUSPENDED);

      assertThat(bench.source().paused(DOMAIN, UUID).hold()).isEqualTo(Duration.ofMillis(50));
    }
  }

  @Test
  void aPauseThatBecomesNoSwitchoverIsFollowedAndTheNextOneIsRight() throws Exception {
    try (SyncBench bench = exported(List.of(FIRST, LATER))) {
      bench.sourceTable.delete(FIRST.key());
      bench.source().changed(DOMAIN, DomainChange.SUSPENDED);
      await("gone").until(() -> bench.targetTable.keys().equals(Set.of(LATER.key())));
      await("answered").until(() -> switchover(bench).isPresent());
      bench.source().changed(DOMAIN, DomainChange.RUNS);

      bench.sourceTable.put(FIRST);
      await("is back").until(() -> bench.targetTable.keys().contains(FIRST.key()));
      bench.sourceTable.delete(LATER.key());
      bench.source().changed(DOMAIN, DomainChange.SUSPENDED);

      await("gone as well").until(() -> bench.targetTable.keys().equals(Set.of(FIRST.key())));
    }
  }

  @Test
  void askedAgainMeanwhileItIsTheSameQuestion() {
    try (SyncBench bench = new SyncBench()) {
      bench.source().assigned(order(), bench.endpoint);

      PauseWait wait = bench.source().paused(DOMAIN, UUID);

      assertThat(bench.source().paused(DOMAIN, UUID)).isEqualTo(wait);
    }
  }

  @Test
  void aDomainThatIsNotSyncedIsAnsweredAtOnce() throws Exception {
    try (SyncBench bench = exported(List.of(FIRST))) {
      PauseWait wait = bench.source().paused("ns_other", UUID);

      assertThat(wait.hold()).isZero();
      assertThat(outcome(wait)).isEqualTo(PauseOutcome.NOT_SYNCING);
    }
  }

  @Test
  void aSyncThatEndsLetsTheSwitchoverGo() throws Exception {
    try (SyncBench bench = new SyncBench()) {
      bench.source().assigned(order(), bench.endpoint);
      PauseWait wait = bench.source().paused(DOMAIN, UUID);

      bench.source().concluded(order(), Conclusion.KEEP);

      assertThat(outcome(wait)).isEqualTo(PauseOutcome.NOT_SYNCING);
      assertThat(outcome(bench.source().paused(DOMAIN, UUID))).isEqualTo(PauseOutcome.NOT_SYNCING);
    }
  }

  @Test
  void afterATargetsRestartChangesGoOn() {
    try (SyncBench bench = exported(List.of(FIRST))) {
      bench.restartTarget();
      bench.sourceTable.put(LATER);
      bench.target().assigned(order(), bench.endpoint);
      await("imported again").until(() -> bench.targetTable.keys().contains(LATER.key()));

      Entry last = FakeTable.flow(VM, PEER, 100);
      bench.sourceTable.put(last);

      await("changes again").until(() -> bench.targetTable.keys().contains(last.key()));
    }
  }

  @Test
  void aStatusIsNotWrittenForEachChange() throws Exception {
    try (SyncBench bench = exported(List.of(FIRST))) {
      int before = bench.sourceProgress.size() + bench.targetProgress.size();
      List<Entry> arrived = new ArrayList<>();
      for (Entry flow : FakeTable.flows(ANOTHER_PEER, VM, 100)) {
        bench.sourceTable.put(flow);
        arrived.add(flow);
        await("arrived").until(() -> bench.targetTable.keys().size() == arrived.size() + 1);
      }
      assertThat(outcome(bench.source().paused(DOMAIN, UUID))).isEqualTo(PauseOutcome.DRAINED);

      // A report a second and side, and those of the snapshot that may still be under way.
      assertThat(bench.sourceProgress.size() + bench.targetProgress.size() - before)
          .isLessThan(100);
    }
  }

  @Test
  void aSyncThatIsOverListensToTheTableNoLonger() {
    try (SyncBench bench = exported(List.of(FIRST))) {
      assertThat(bench.sourceTable.openStreams()).isOne();

      bench.source().concluded(order(), Conclusion.KEEP);

      await("closed").until(() -> bench.sourceTable.openStreams() == 0);
    }
  }

  private static SyncBench exported(List<Entry> flows) {
    SyncBench bench = new SyncBench();
    bench.sourceTable.holding(flows);
    start(bench);
    return bench;
  }

  private static void start(SyncBench bench) {
    bench.target().assigned(order(), bench.endpoint);
    bench.source().assigned(order(), bench.endpoint);
    await("exported").until(() -> bench.exported().equals("Exported"));
  }

  private static Optional<Switchover> switchover(SyncBench bench) {
    return last(bench.sourceProgress).flatMap(SourceProgress::switchover);
  }

  private static SyncOrder withSwitchoverDeadline(Duration deadline) {
    return new SyncOrder(
        order().uid(),
        order().namespace(),
        order().name(),
        order().domain(),
        order().nodes(),
        order().addresses(),
        order().hookDeadline(),
        deadline,
        order().deadlinePolicy());
  }

  private static PauseOutcome outcome(PauseWait wait) throws Exception {
    return wait.outcome().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
