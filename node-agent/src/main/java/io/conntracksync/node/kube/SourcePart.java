package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.SourceStatus;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.SourceProgress;
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
      Condition condition,
      Optional<ConntrackSyncStatus> earlier) {
    SourceStatus source =
        new SourceStatus(
            syncUid, restarts, progress.rounds(), progress.entriesSent(), progress.bytesSent());
    return new ConntrackSyncStatus(
        null, null, null, null, null, null, null, source, null, List.of(condition));
  }

  @Override
  public Optional<String> writtenFor(ConntrackSyncStatus status) {
    return Optional.ofNullable(status.source()).map(SourceStatus::syncUid);
  }

  @Override
  public int restarts(ConntrackSyncStatus status) {
    return Optional.ofNullable(status.source()).map(SourceStatus::restarts).orElse(0);
  }
}
