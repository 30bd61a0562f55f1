package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.CleanupStatus;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.DurationText;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.HookStatus;
import io.conntracksync.api.v1alpha1.TargetStatus;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetProgress.Cleanup;
import io.conntracksync.node.session.TargetProgress.HookAnswer;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;

/** {@code status.target} and the condition Imported. */
final class TargetPart implements StatusPart<TargetProgress> {
  @Override
  public Role role() {
    return Role.TARGET;
  }

  @Override
  public Finding finding(TargetProgress progress) {
    return progress.imported();
  }

  @Override
  public ConntrackSyncStatus body(
      String syncUid,
      int restarts,
      TargetProgress progress,
      List<Condition> conditions,
      Optional<ConntrackSyncStatus> earlier) {
    Optional<TargetStatus> before = earlier.map(ConntrackSyncStatus::target);
    // A process that only cleaned up has received nothing: what an earlier one told stays true.
    TargetStatus seen =
        before.filter(told -> progress.port() == 0).orElseGet(() -> received(progress));
    TargetStatus target =
        new TargetStatus(
            syncUid,
            restarts,
            seen.port(),
            seen.entriesReceived(),
            seen.entriesApplied(),
            seen.refused(),
            seen.verified(),
            // What a hook was answered, and what was cleaned up, stays true after a restart.
            progress
                .hook()
                .map(TargetPart::hook)
                .or(() -> before.map(TargetStatus::hook))
                .orElse(null),
            progress
                .cleanup()
                .map(TargetPart::cleanup)
                .or(() -> before.map(TargetStatus::cleanup))
                .orElse(null),
            reasserted(progress, before));
    return new ConntrackSyncStatus(
        null, null, null, null, null, null, null, null, target, conditions);
  }

  private static Long reasserted(TargetProgress progress, Optional<TargetStatus> before) {
    return Optional.of(progress.reasserted())
        .filter(count -> count > 0)
        .or(() -> before.map(TargetStatus::reasserted))
        .orElse(null);
  }

  private static TargetStatus received(TargetProgress progress) {
    return new TargetStatus(
        null,
        null,
        progress.port() == 0 ? null : progress.port(),
        progress.entriesReceived(),
        progress.entriesApplied(),
        RefusedCounts.of(progress.refused()),
        progress.verified().orElse(null),
        null,
        null,
        null);
  }

  @Override
  public Optional<String> writtenFor(ConntrackSyncStatus status) {
    return Optional.ofNullable(status.target()).map(TargetStatus::syncUid);
  }

  @Override
  public int restarts(ConntrackSyncStatus status) {
    return Optional.ofNullable(status.target()).map(TargetStatus::restarts).orElse(0);
  }

  private static HookStatus hook(HookAnswer answer) {
    return new HookStatus(outcome(answer.outcome()), DurationText.format(answer.waited()));
  }

  private static HookOutcome outcome(HookAnswer.Outcome outcome) {
    return switch (outcome) {
      case IMPORTED -> HookOutcome.IMPORTED;
      case DEADLINE_EXCEEDED -> HookOutcome.DEADLINE_EXCEEDED;
      case ABORTED -> HookOutcome.ABORTED;
      case FAILED -> HookOutcome.FAILED;
    };
  }

  private static CleanupStatus cleanup(Cleanup cleanup) {
    return new CleanupStatus(
        cleanup.conclusion() == Conclusion.KEEP ? CleanupOutcome.KEPT : CleanupOutcome.REMOVED,
        cleanup.entries());
  }
}
