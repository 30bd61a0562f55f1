package io.conntracksync.operator.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.ApiSerialization;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Outcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusFactoryTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00.123456Z");
  private static final Place PLACE = new Place("192.0.2.2", 28152);

  @Test
  void anAssignmentSaysWhereAndSinceWhen() {
    ConntrackSyncStatus part = at(T0).part(sync(null), SyncJudge.assigned("n2", PLACE));

    assertThat(part.phase()).isEqualTo(Phase.ASSIGNED);
    assertThat(part.observedGeneration()).isEqualTo(1);
    assertThat(part.assignment().port()).isEqualTo(28152);
    assertThat(part.assignment().time()).isEqualTo(Instant.parse("2026-01-01T00:00:00.123Z"));
    assertThat(condition(part, "Assigned").getStatus()).isEqualTo("True");
    assertThat(condition(part, "Assigned").getLastTransitionTime())
        .isEqualTo("2026-01-01T00:00:00Z");
    assertThat(condition(part, "Concluded").getStatus()).isEqualTo("False");
    assertThat(part.outcome()).isNull();
    assertThat(part.concludedTime()).isNull();
  }

  @Test
  void itNeverTouchesTheAgentsParts() {
    ConntrackSyncStatus part = at(T0).part(sync(null), SyncJudge.assigned("n2", PLACE));

    assertThat(part.source()).isNull();
    assertThat(part.target()).isNull();
    assertThat(part.conditions())
        .extracting(Condition::getType)
        .containsExactly("Assigned", "Concluded");
  }

  @Test
  void timesOfWhatDidNotChangeAreKept() {
    ConntrackSyncStatus first = at(T0).part(sync(null), SyncJudge.assigned("n2", PLACE));

    ConntrackSyncStatus second =
        at(T0.plusSeconds(5))
            .part(
                sync(first),
                Standing.underWay(Phase.SYNCING, Reason.ENTRIES_FLOWING, "flowing", PLACE));

    assertThat(second.assignment()).isEqualTo(first.assignment());
    assertThat(second.conditions()).isEqualTo(first.conditions());
  }

  @Test
  void theSameStandingGivesTheSamePartAfterATripThroughTheApi() {
    ConntrackSyncStatus first = at(T0).part(sync(null), SyncJudge.assigned("n2", PLACE));
    var serialization = ApiSerialization.create();
    ConntrackSync read =
        serialization.unmarshal(serialization.asJson(sync(first)), ConntrackSync.class);

    assertThat(at(T0.plusSeconds(9)).part(read, SyncJudge.assigned("n2", PLACE)))
        .isEqualTo(StatusFactory.ownPart(read));
  }

  @Test
  void anotherPortHasATimeOfItsOwn() {
    ConntrackSyncStatus first = at(T0).part(sync(null), SyncJudge.assigned("n2", PLACE));

    ConntrackSyncStatus second =
        at(T0.plusSeconds(5))
            .part(sync(first), SyncJudge.assigned("n2", new Place("192.0.2.2", 28153)));

    assertThat(second.assignment().time()).isAfter(first.assignment().time());
  }

  @Test
  void anEndIsDatedAndKeepsThePortForTheRecord() {
    ConntrackSyncStatus first = at(T0).part(sync(null), SyncJudge.assigned("n2", PLACE));

    ConntrackSyncStatus end =
        at(T0.plusSeconds(60))
            .part(
                sync(first),
                Standing.concluded(
                    Outcome.FAILED, Reason.MIGRATION_FAILED, "failed", Optional.of(PLACE)));

    assertThat(end.concludedTime()).isEqualTo(Instant.parse("2026-01-01T00:01:00.123Z"));
    assertThat(end.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(end.assignment()).isEqualTo(first.assignment());
    assertThat(condition(end, "Concluded").getStatus()).isEqualTo("True");
    assertThat(condition(end, "Concluded").getReason()).isEqualTo("MigrationFailed");
    assertThat(condition(end, "Concluded").getLastTransitionTime())
        .isEqualTo("2026-01-01T00:01:00Z");
  }

  @Test
  void aMessageFitsTheSchema() {
    assertThat(Standing.pending(Reason.PORTS_EXHAUSTED, "x".repeat(2000)).message()).hasSize(1024);
  }

  private static StatusFactory at(Instant time) {
    return new StatusFactory(Clock.fixed(time, ZoneOffset.UTC));
  }

  private static ConntrackSync sync(ConntrackSyncStatus status) {
    ConntrackSync sync = new ConntrackSync();
    sync.setMetadata(
        new ObjectMetaBuilder().withNamespace("ns").withName("move").withGeneration(1L).build());
    sync.setStatus(status);
    return sync;
  }

  private static Condition condition(ConntrackSyncStatus status, String type) {
    return SyncReader.condition(status, type).orElseThrow();
  }
}
