package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;

/** Writes the operator's part of a status. */
public interface StatusWriter {
  /**
   * Writes {@code part}, the whole of it, if the object is still as it was {@code read}: two
   * operators that both believe to lead cannot both decide on the same state.
   */
  Written apply(ConntrackSync read, ConntrackSyncStatus part);
}
