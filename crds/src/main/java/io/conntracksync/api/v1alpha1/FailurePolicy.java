package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens when the entries are not imported by the hook's deadline. */
public enum FailurePolicy {
  /** The migration goes on without the entries. */
  @JsonProperty("Ignore")
  IGNORE,

  /** The hook fails the migration; the VM stays on its source. */
  @JsonProperty("Abort")
  ABORT,

  /** A value of a newer version of the API; never written. */
  @JsonEnumDefaultValue
  UNRECOGNISED
}
