package io.conntracksync.operator.settings;

/** Whether several operators share the work by a Lease. */
public enum Leadership {
  /** One works, the others wait for its Lease to lapse. */
  ELECTED,
  /** This one works at once; there must be no other. */
  ALONE
}
