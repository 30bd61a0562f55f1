package io.conntracksync.operator.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.operator.agents.AgentSight;
import io.conntracksync.operator.sync.Cleanup.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An ended sync in these tests was created at 0 s, ended at 60 s and is looked at at 61 s. */
class CleanupTest {
  private static final Step LOOK_AGAIN = new Step.Rest(Duration.ofSeconds(5));

  @Test
  void theTargetIsWaitedFor() {
    assertThat(next(SyncViews.ended(Phase.FAILED))).isEqualTo(LOOK_AGAIN);
    assertThat(next(SyncViews.ended(Phase.FAILED).deleted())).isEqualTo(LOOK_AGAIN);
  }

  @Test
  void aTargetThatHasTidiedUpLetsItGo() {
    assertThat(next(SyncViews.ended(Phase.FAILED).cleanedUp(CleanupOutcome.REMOVED)))
        .isEqualTo(new Step.LetGo());
    assertThat(next(SyncViews.ended(Phase.COMPLETED).cleanedUp(CleanupOutcome.KEPT)))
        .isEqualTo(new Step.LetGo());
  }

  @Test
  void oneMinuteIsTheMost() {
    assertThat(next(SyncViews.ended(Phase.CANCELLED).deleted().after(Duration.ofSeconds(119))))
        .isEqualTo(LOOK_AGAIN);
    assertThat(next(SyncViews.ended(Phase.CANCELLED).deleted().after(Duration.ofMinutes(2))))
        .isEqualTo(new Step.LetGo());
  }

  @Test
  void aTargetWithoutAnAgentIsNotWaitedFor() {
    for (AgentSight never : List.of(new AgentSight.NoAgent(), new AgentSight.UnknownNode())) {
      assertThat(next(SyncViews.ended(Phase.FAILED).target(never))).isEqualTo(new Step.LetGo());
    }
  }

  /** It was killed, perhaps, and is being started again: it has a journal of what it changed. */
  @Test
  void anAgentThatIsAwayIsWaitedForAsWell() {
    List<AgentSight> away =
        List.of(
            new AgentSight.NotReady("Starting"),
            new AgentSight.Silent(Instant.EPOCH),
            new AgentSight.NoLease());
    for (AgentSight sight : away) {
      SyncViews ended = SyncViews.ended(Phase.CANCELLED).deleted().target(sight);
      assertThat(next(ended)).isEqualTo(LOOK_AGAIN);
      assertThat(next(ended.after(Duration.ofMinutes(2)))).isEqualTo(new Step.LetGo());
    }
  }

  @Test
  void whatNeverReachedAnAgentIsLetGoAtOnce() {
    assertThat(next(SyncViews.ended(Phase.SKIPPED).unassigned())).isEqualTo(new Step.LetGo());
    assertThat(next(SyncViews.ended(Phase.CANCELLED).unassigned())).isEqualTo(new Step.LetGo());
  }

  @Test
  void itIsDeletedWhenItsTimeIsOver() {
    SyncViews free = SyncViews.ended(Phase.COMPLETED).notHeld().ttl(Duration.ofMinutes(10));

    assertThat(next(free)).isEqualTo(new Step.Rest(Duration.ofSeconds(599)));
    assertThat(next(free.after(Duration.ofMinutes(11)))).isEqualTo(new Step.Delete());
  }

  @Test
  void aTimeOfZeroDeletesWhileTheFinalizerStillHolds() {
    assertThat(next(SyncViews.ended(Phase.COMPLETED).ttl(Duration.ZERO)))
        .isEqualTo(new Step.Delete());
  }

  @Test
  void whatIsDeletedAndHeldByOthersIsLeftToThem() {
    assertThat(next(SyncViews.ended(Phase.COMPLETED).notHeld().deleted()))
        .isInstanceOf(Step.Rest.class);
  }

  private static Step next(SyncViews views) {
    return Cleanup.next(views.seen());
  }
}
