package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;

/** Holds syncs, lets go of them, deletes them; each only if it is still as it was {@code read}. */
public interface SyncKeeper {
  /** Adds our finalizer. */
  Written hold(ConntrackSync read);

  /** Takes our finalizer away. */
  Written letGo(ConntrackSync read);

  /** Asks for its deletion. */
  Written delete(ConntrackSync read);
}
