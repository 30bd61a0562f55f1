package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.DurationText;
import io.conntracksync.api.v1alpha1.SourceStatus;
import io.conntracksync.api.v1alpha1.SwitchoverAnnouncer;
import io.conntracksync.api.v1alpha1.SwitchoverOutcome;
import io.conntracksync.api.v1alpha1.SwitchoverStatus;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.PauseAnnouncer;
import io.conntracksync.node.session.PauseOutcome;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SourceProgress.Switchover;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;

/** {@code status.source} and the condition Exported. */
final class SourcePart implements StatusPart<SourceProgress> {
  @Override
  public Role role() {
    return Role.SOURCE;
  }

  @Override
  public Finding finding(SourceProgress progress) {
    return progress.exported();
  }

  @Override
  public ConntrackSyncStatus body(
      String syncUid,
      int restarts,
      SourceProgress progress,
      List<Condition> conditions,
      Optional<ConntrackSyncStatus> earlier) {
    SourceStatus source =
        new SourceStatus(
            syncUid,
            restarts,
            progress.rounds(),
            progress.entriesSent(),
            progress.bytesSent(),
            RefusedCounts.of(progress.refused()),
            progress.deltaLag().map(DurationText::format).orElse(null),
            progress.overruns(),
            // What was said of a pause stays true after a restart.
            progress
                .switchover()
                .map(SourcePart::switchover)
                .or(() -> earlier.map(ConntrackSyncStatus::source).map(SourceStatus::switchover))
                .orElse(null));
    return new ConntrackSyncStatus(
        null, null, null, null, null, null, null, source, null, conditions);
  }

  @Override
  public Optional<String> writtenFor(ConntrackSyncStatus status) {
    return Optional.ofNullable(status.source()).map(SourceStatus::syncUid);
  }

  @Override
  public int restarts(ConntrackSyncStatus status) {
    return Optional.ofNullable(status.source()).map(SourceStatus::restarts).orElse(0);
  }

  private static SwitchoverStatus switchover(Switchover asked) {
    return new SwitchoverStatus(
        outcome(asked.outcome()),
        announcer(asked.announcer()),
        DurationText.format(asked.waited()));
  }

  private static SwitchoverAnnouncer announcer(PauseAnnouncer announcer) {
    return switch (announcer) {
      case GATE -> SwitchoverAnnouncer.GATE;
      case LIBVIRT -> SwitchoverAnnouncer.LIBVIRT;
    };
  }

  private static SwitchoverOutcome outcome(PauseOutcome outcome) {
    return switch (outcome) {
      case DRAINED -> SwitchoverOutcome.DRAINED;
      case DEADLINE_EXCEEDED -> SwitchoverOutcome.DEADLINE_EXCEEDED;
      case NOT_SYNCING -> throw new IllegalArgumentException("no outcome of a sync: " + outcome);
    };
  }
}
