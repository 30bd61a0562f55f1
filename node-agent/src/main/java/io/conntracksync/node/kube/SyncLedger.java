package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSync;

/** Keeps what status writing must know of the syncs that this node takes part in. */
interface SyncLedger {
  /** Before the sessions hear of the object for the first time, and again whenever it changes. */
  void noticed(ConntrackSync sync, Instruction instruction);

  /** The object no longer exists: nothing is written for this uid any more. */
  void gone(String uid);
}
