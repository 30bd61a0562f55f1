package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** What the waiting libvirt hook was answered. */
public enum HookOutcome {
  /** The entries are in the target's table. */
  @JsonProperty("Imported")
  IMPORTED,

  /** They were not there in time; the migration went on. */
  @JsonProperty("DeadlineExceeded")
  DEADLINE_EXCEEDED,

  /** They were not there in time; the migration was refused. */
  @JsonProperty("Aborted")
  ABORTED,

  /** The import ended with an error before the deadline; the migration went on. */
  @JsonProperty("Failed")
  FAILED,

  /** A value of a newer version of the API; never written. */
  @JsonEnumDefaultValue
  UNRECOGNISED
}
