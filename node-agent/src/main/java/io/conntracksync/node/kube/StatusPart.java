package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.node.session.Finding;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;

/**
 * One role's part of the status. Pure.
 *
 * @param <P> the session's progress in this role
 */
interface StatusPart<P> {
  Role role();

  /** What the session's condition says of this progress. */
  Finding finding(P progress);

  /**
   * All that this role writes and nothing else: what an apply leaves out is taken away.
   *
   * @param conditions all of this role's
   * @param earlier the status at the time when this process first saw the sync, when its part of
   *     this role speaks of the same sync
   */
  ConntrackSyncStatus body(
      String syncUid,
      int restarts,
      P progress,
      List<Condition> conditions,
      Optional<ConntrackSyncStatus> earlier);

  /** The uid in this role's part of a status, if there is such a part. */
  Optional<String> writtenFor(ConntrackSyncStatus status);

  /** The restarts in this role's part of a status. */
  int restarts(ConntrackSyncStatus status);
}
