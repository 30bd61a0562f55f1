package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** What became of the imported entries. */
public enum CleanupOutcome {
  /** The VM runs here. */
  @JsonProperty("Kept")
  KEPT,

  /** The migration did not succeed; what this sync created was taken out again. */
  @JsonProperty("Removed")
  REMOVED,

  /** A value of a newer version of the API; never written. */
  @JsonEnumDefaultValue
  UNRECOGNISED
}
