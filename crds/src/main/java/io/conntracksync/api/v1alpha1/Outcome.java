package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** What became of a migration. */
public enum Outcome {
  /** The VM runs on the target. */
  @JsonProperty("Completed")
  COMPLETED,

  /** The VM runs on the source. */
  @JsonProperty("Failed")
  FAILED,

  /** Called off, or gone without an end. */
  @JsonProperty("Cancelled")
  CANCELLED,

  /** A value of a newer version of the API; never written. */
  @JsonEnumDefaultValue
  UNRECOGNISED
}
