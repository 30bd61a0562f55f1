package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;

/** Writes one role's part of the status; blocks until the API server has answered. */
@FunctionalInterface
interface StatusWriter {
  /** Applies the part. Whatever the answer is, it is a value; nothing is thrown. */
  WriteResult write(SyncKey sync, ConntrackSyncStatus part);
}
