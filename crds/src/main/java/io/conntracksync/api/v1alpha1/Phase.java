package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a sync stands. */
public enum Phase {
  /** Waits for a port or an agent. */
  @JsonProperty("Pending")
  PENDING,

  /** The target has a port. */
  @JsonProperty("Assigned")
  ASSIGNED,

  /** Entries flow. */
  @JsonProperty("Syncing")
  SYNCING,

  /** The target has the entries. */
  @JsonProperty("Imported")
  IMPORTED,

  /** The VM runs on the target. */
  @JsonProperty("Completed")
  COMPLETED,

  /** The migration failed; the VM runs on the source. */
  @JsonProperty("Failed")
  FAILED,

  /** The migration was called off. */
  @JsonProperty("Cancelled")
  CANCELLED,

  /** The sync took longer than its timeout. */
  @JsonProperty("Expired")
  EXPIRED,

  /** Nothing can be synced; the migration goes on without. */
  @JsonProperty("Skipped")
  SKIPPED,

  /** A value of a newer version of the API; never written. */
  @JsonEnumDefaultValue
  UNRECOGNISED
}
