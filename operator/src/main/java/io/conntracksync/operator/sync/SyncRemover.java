package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;

/** Deletes syncs. */
public interface SyncRemover {
  /** Asks for its deletion, if it is still as it was {@code read}. */
  Written delete(ConntrackSync read);
}
