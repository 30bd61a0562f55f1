package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.HookStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.RefusedCount;
import io.conntracksync.api.v1alpha1.SourceStatus;
import io.conntracksync.api.v1alpha1.SwitchoverAnnouncer;
import io.conntracksync.api.v1alpha1.SwitchoverOutcome;
import io.conntracksync.api.v1alpha1.SwitchoverStatus;
import io.conntracksync.api.v1alpha1.TargetStatus;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.Finding.Verdict;
import io.conntracksync.node.session.PauseAnnouncer;
import io.conntracksync.node.session.PauseOutcome;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SourceProgress.Switchover;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetProgress.Cleanup;
import io.conntracksync.node.session.TargetProgress.HookAnswer;
import io.conntracksync.node.table.RefusalReason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusReporterTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456Z");
  private static final String EARLIER = "2026-11-22T09:30:00Z";

  private final List<ConntrackSyncStatus> written = new ArrayList<>();
  private final ManualLater later = new ManualLater();
  private final StatusReporter<SourceProgress> source =
      StatusReporter.ofSource(factory(), queue(Role.SOURCE));
  private final StatusReporter<TargetProgress> target =
      StatusReporter.ofTarget(factory(), queue(Role.TARGET));

  @Test
  void theSourceWritesItsPartAndItsConditionOnly() throws Exception {
    ConntrackSync sync = Syncs.in(Phase.ASSIGNED);
    notice(source, sync);

    source.progressed(order(sync), exported(Verdict.YES, 1, 42));

    SourceStatus part = new SourceStatus(Syncs.UID, 0, 1, 42L, 4242L, List.of(), null, 0, null);
    assertThat(last())
        .isEqualTo(
            new ConntrackSyncStatus(
                null, null, null, null, null, null, null, part, null, last().conditions()));
    assertThat(last().conditions())
        .containsExactly(
            new ConditionBuilder()
                .withType("Exported")
                .withStatus("True")
                .withReason("SnapshotSent")
                .withMessage("42 entries")
                .withObservedGeneration(1L)
                .withLastTransitionTime("2026-11-22T10:00:00Z")
                .build());
  }

  @Test
  void theTargetWritesItsPartAndItsConditionOnly() throws Exception {
    ConntrackSync sync = Syncs.in(Phase.ASSIGNED);
    notice(target, sync);

    target.progressed(
        order(sync),
        new TargetProgress(
            new Finding(Verdict.YES, "Imported", "all there"),
            28152,
            50,
            47,
            Map.of(RefusalReason.TABLE_FULL, 1L, RefusalReason.MALFORMED, 2L),
            Optional.of(47L),
            Optional.of(new HookAnswer(HookAnswer.Outcome.IMPORTED, Duration.ofMillis(12))),
            Optional.of(new Cleanup(Conclusion.ROLL_BACK, 40)),
            0));

    TargetStatus part = last().target();
    assertThat(part.syncUid()).isEqualTo(Syncs.UID);
    assertThat(part.refused())
        .containsExactly(new RefusedCount("Malformed", 2L), new RefusedCount("TableFull", 1L));
    assertThat(part.hook()).isEqualTo(new HookStatus(HookOutcome.IMPORTED, "12ms"));
    assertThat(part.cleanup().outcome()).isEqualTo(CleanupOutcome.REMOVED);
    assertThat(part.cleanup().entries()).isEqualTo(40);
    assertThat(part.port()).isEqualTo(28152);
    assertThat(last().source()).isNull();
    assertThat(last().phase()).isNull();
    assertThat(last().conditions()).extracting(Condition::getType).containsExactly("Imported");
  }

  @Test
  void aRestartInMidSyncIsCountedAndStaysCounted() throws Exception {
    ConntrackSync sync = Syncs.in(Phase.SYNCING);
    Syncs.status(
        sync,
        Phase.SYNCING,
        Syncs.ASSIGNMENT,
        new SourceStatus(Syncs.UID, 1, 3, 9L, 900L, List.of(), null, 0, null),
        null,
        condition("Exported", "True"));
    notice(source, sync);
    notice(source, sync);

    source.progressed(order(sync), exported(Verdict.YES, 1, 1));
    source.progressed(order(sync), exported(Verdict.YES, 2, 2));

    assertThat(last().source().restarts()).isEqualTo(2);
  }

  @Test
  void aSwitchoverIsWritten() throws Exception {
    ConntrackSync sync = Syncs.in(Phase.SYNCING);
    notice(source, sync);

    source.progressed(
        order(sync),
        exported(Verdict.YES, 1, 1)
            .with(
                new Switchover(
                    PauseOutcome.DEADLINE_EXCEEDED,
                    PauseAnnouncer.LIBVIRT,
                    Duration.ofMillis(100))));

    assertThat(last().source().switchover())
        .isEqualTo(
            new SwitchoverStatus(
                SwitchoverOutcome.DEADLINE_EXCEEDED, SwitchoverAnnouncer.LIBVIRT, "100ms"));
  }

  @Test
  void lagAndOverrunsAreWritten() throws Exception {
    ConntrackSync sync = Syncs.in(Phase.SYNCING);
    notice(source, sync);

    source.progressed(
        order(sync),
        new SourceProgress(
            new Finding(Verdict.YES, "Exported", "9 entries"),
            3,
            9,
            900,
            Map.of(RefusalReason.SOURCE_NODE_ADDRESS, 1L),
            2,
            Optional.of(Duration.ofMillis(7)),
            Optional.empty()));

    assertThat(last().source())
        .isEqualTo(
            new SourceStatus(
                Syncs.UID,
                0,
                3,
                9L,
                900L,
                List.of(new RefusedCount("SourceNodeAddress", 1L)),
                "7ms",
                2,
                null));
  }

  @Test
  void aSwitchoverStaysTrueAfterARestart() throws Exception {
    SwitchoverStatus before =
        new SwitchoverStatus(SwitchoverOutcome.DRAINED, SwitchoverAnnouncer.GATE, "4ms");
    ConntrackSync sync = Syncs.in(Phase.SYNCING);
    Syncs.status(
        sync,
        Phase.SYNCING,
        Syncs.ASSIGNMENT,
        new SourceStatus(Syncs.UID, 0, 3, 9L, 900L, List.of(), null, 0, before),
        null,
        condition("Exported", "True"));
    notice(source, sync);

    source.progressed(order(sync), exported(Verdict.YES, 1, 1));

    assertThat(last().source().switchover()).isEqualTo(before);
  }

  @Test
  void aSyncThatHasEndedCountsNoRestart() throws Exception {
    ConntrackSync sync =
        Syncs.status(
            Syncs.pending(),
            Phase.COMPLETED,
            Syncs.ASSIGNMENT,
            new SourceStatus(Syncs.UID, 1, 3, 9L, 900L, List.of(), null, 0, null),
            null);
    notice(source, sync);

    source.progressed(order(sync), exported(Verdict.YES, 1, 1));

    assertThat(last().source().restarts()).isEqualTo(1);
  }

  @Test
  void aPartLeftOverFromAnEarlierObjectOfThatNameIsNoRestart() throws Exception {
    ConntrackSync sync =
        Syncs.status(
            Syncs.pending(),
            Phase.ASSIGNED,
            Syncs.ASSIGNMENT,
            new SourceStatus("another-uid", 5, 3, 9L, 900L, List.of(), null, 0, null),
            null,
            condition("Exported", "True"));
    notice(source, sync);

    source.progressed(order(sync), exported(Verdict.YES, 1, 1));

    assertThat(last().source().restarts()).isZero();
    assertThat(last().conditions().get(0).getLastTransitionTime())
        .isEqualTo("2026-11-22T10:00:00Z");
  }

  @Test
  void theTransitionTimeStaysWhileTheStatusDoesEvenAcrossARestart() throws Exception {
    ConntrackSync sync =
        Syncs.status(
            Syncs.pending(),
            Phase.SYNCING,
            Syncs.ASSIGNMENT,
            new SourceStatus(Syncs.UID, 0, 3, 9L, 900L, List.of(), null, 0, null),
            null,
            condition("Imported", "False"),
            condition("Exported", "True"));
    notice(source, sync);

    source.progressed(order(sync), exported(Verdict.YES, 1, 1));
    assertThat(last().conditions().get(0).getLastTransitionTime()).isEqualTo(EARLIER);

    source.progressed(order(sync), exported(Verdict.NO, 1, 1));
    assertThat(last().conditions().get(0).getLastTransitionTime())
        .isEqualTo("2026-11-22T10:00:00Z");
  }

  @Test
  void whatAnEarlierProcessAnsweredToTheHookIsNotTakenAway() throws Exception {
    HookStatus hook = new HookStatus(HookOutcome.DEADLINE_EXCEEDED, "200ms");
    ConntrackSync sync =
        Syncs.status(
            Syncs.pending(),
            Phase.SYNCING,
            Syncs.ASSIGNMENT,
            null,
            new TargetStatus(Syncs.UID, 0, 28152, 1L, 1L, List.of(), null, hook, null, null));
    notice(target, sync);

    target.progressed(order(sync), receiving());

    assertThat(last().target().hook()).isEqualTo(hook);
    assertThat(last().target().restarts()).isEqualTo(1);
  }

  @Test
  void whatTheSessionDoesNotKnowIsOneMoreConditionOfItsRole() throws Exception {
    ConntrackSync sync = Syncs.in(Phase.ASSIGNED);
    notice(target, sync);

    target.found(order(sync), "HookInstalled", new Finding(Verdict.NO, "NoMainHook", "update"));
    assertThat(written()).isEmpty();

    target.progressed(order(sync), receiving());
    assertThat(last().conditions())
        .extracting(Condition::getType, Condition::getStatus, Condition::getReason)
        .containsExactly(
            tuple("HookInstalled", "False", "NoMainHook"),
            tuple("Imported", "Unknown", "Receiving"));

    target.found(order(sync), "HookInstalled", new Finding(Verdict.YES, "Installed", "there"));
    assertThat(last().conditions())
        .extracting(Condition::getType, Condition::getStatus)
        .containsExactly(tuple("HookInstalled", "True"), tuple("Imported", "Unknown"));
    assertThat(last().target().port()).isEqualTo(28152);
  }

  @Test
  void whatAnEarlierProcessFoundIsNotTakenAway() throws Exception {
    ConntrackSync sync =
        Syncs.status(
            Syncs.pending(),
            Phase.SYNCING,
            Syncs.ASSIGNMENT,
            null,
            new TargetStatus(Syncs.UID, 0, 28152, 1L, 1L, List.of(), null, null, null, null),
            condition("Imported", "False"),
            condition("HookInstalled", "True"),
            condition("Assigned", "True"));
    notice(target, sync);

    target.progressed(order(sync), receiving());

    assertThat(last().conditions())
        .extracting(Condition::getType)
        .containsExactly("HookInstalled", "Imported");
  }

  @Test
  void noRoleWritesAConditionOfAnother() throws Exception {
    Finding finding = new Finding(Verdict.YES, "Installed", "there");
    SyncOrder order = order(Syncs.in(Phase.ASSIGNED));

    assertThatThrownBy(() -> source.found(order, "HookInstalled", finding))
        .hasMessageContaining("HookInstalled is not written as SOURCE");
  }

  @Test
  void aProcessThatOnlyCleansUpLeavesWhatAnEarlierOneTold() throws Exception {
    TargetStatus told =
        new TargetStatus(Syncs.UID, 0, 28152, 5L, 4L, List.of(), 4L, null, null, 2L);
    ConntrackSync sync = Syncs.status(Syncs.pending(), Phase.FAILED, Syncs.ASSIGNMENT, null, told);
    notice(target, sync);

    target.progressed(
        order(sync),
        new TargetProgress(
            new Finding(Verdict.NOT_YET, "AgentRestarted", "cleaning up"),
            0,
            0,
            0,
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Cleanup(Conclusion.ROLL_BACK, 4)),
            0));

    TargetStatus part = last().target();
    assertThat(part.port()).isEqualTo(28152);
    assertThat(part.entriesReceived()).isEqualTo(5);
    assertThat(part.verified()).isEqualTo(4);
    assertThat(part.reasserted()).isEqualTo(2);
    assertThat(part.cleanup().entries()).isEqualTo(4);
    assertThat(part.restarts()).as("the sync was not under way any more").isZero();
  }

  @Test
  void theLastWordOfAConcludedSyncIsWrittenWhileItsObjectIsThere() throws Exception {
    ConntrackSync sync = Syncs.in(Phase.IMPORTED);
    notice(source, sync);
    notice(source, Syncs.deleted(Syncs.in(Phase.FAILED)));

    source.progressed(order(sync), exported(Verdict.NO, 1, 1));

    assertThat(written()).hasSize(1);
  }

  @Test
  void whatComesAfterTheObjectIsGoneIsDropped() throws Exception {
    ConntrackSync sync = Syncs.in(Phase.IMPORTED);
    notice(source, sync);
    source.gone(Syncs.UID);

    source.progressed(order(sync), exported(Verdict.YES, 1, 1));

    assertThat(written()).isEmpty();
  }

  private ConntrackSyncStatus last() {
    List<ConntrackSyncStatus> all = written();
    return all.get(all.size() - 1);
  }

  private List<ConntrackSyncStatus> written() {
    while (later.runNext()) {
      // until nothing waits
    }
    return written;
  }

  private StatusQueue queue(Role role) {
    return new StatusQueue(
        role,
        (sync, part) -> {
          written.add(part);
          return WriteResult.WRITTEN;
        },
        later,
        new RecordingTally());
  }

  private static StatusFactory factory() {
    return new StatusFactory(Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static void notice(StatusReporter<?> reporter, ConntrackSync sync) {
    reporter.noticed(sync, new SyncReader(Duration.ofMillis(200)).read(sync));
  }

  private static SyncOrder order(ConntrackSync sync) throws SyncOrders.Unreadable {
    return new SyncOrders(Duration.ofMillis(200)).read(sync);
  }

  private static SourceProgress exported(Verdict verdict, int rounds, long entries) {
    return new SourceProgress(
        new Finding(verdict, "SnapshotSent", entries + " entries"), rounds, entries, 4242);
  }

  private static TargetProgress receiving() {
    return new TargetProgress(
        new Finding(Verdict.NOT_YET, "Receiving", "entries arrive"),
        28152,
        0,
        0,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0);
  }

  private static Condition condition(String type, String status) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withLastTransitionTime(EARLIER)
        .withReason("Before")
        .withMessage("before the restart")
        .build();
  }
}
