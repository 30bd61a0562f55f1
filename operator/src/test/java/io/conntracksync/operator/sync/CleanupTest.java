package io.conntracksync.operator.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An ended sync in these tests was created at 0 s, ended at 60 s and is looked at at 61 s. */
class CleanupTest {
  private static final Duration NEARLY_A_MINUTE = Duration.ofSeconds(59);

  @Test
  void itIsDeletedWhenItsTimeIsOver() {
    SyncViews ended = SyncViews.ended(Phase.COMPLETED).ttl(Duration.ofMinutes(10));

    assertThat(left(ended)).isEqualTo(Duration.ofSeconds(599));
    assertThat(left(ended.after(Duration.ofMinutes(11)))).isEqualTo(Duration.ZERO);
    assertThat(left(ended.after(Duration.ofMinutes(12)))).isNegative();
  }

  @Test
  void aTimeThatIsTooShortForTheTargetIsAMinute() {
    SyncViews ended = SyncViews.ended(Phase.FAILED).ttl(Duration.ofSeconds(5));

    assertThat(left(ended)).isEqualTo(NEARLY_A_MINUTE);
    assertThat(left(ended.cleanedUp(CleanupOutcome.REMOVED))).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void aTimeOfZeroDeletesAsSoonAsTheTargetHasTidiedUp() {
    SyncViews ended = SyncViews.ended(Phase.COMPLETED).ttl(Duration.ZERO);

    assertThat(left(ended)).isEqualTo(NEARLY_A_MINUTE);
    assertThat(left(ended.cleanedUp(CleanupOutcome.KEPT))).isNegative();
  }

  @Test
  void whatNeverReachedAnAgentWaitsForNone() {
    for (Phase end : new Phase[] {Phase.SKIPPED, Phase.CANCELLED}) {
      assertThat(left(SyncViews.ended(end).unassigned().ttl(Duration.ZERO))).isNegative();
    }
    assertThat(left(SyncViews.ended(Phase.SKIPPED).ttl(Duration.ZERO))).isNegative();
  }

  private static Duration left(SyncViews views) {
    return Cleanup.left(views.view(), views.seen().now());
  }
}
