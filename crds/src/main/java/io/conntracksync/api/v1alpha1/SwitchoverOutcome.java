package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** What became of the last changes before the VM's switchover. */
public enum SwitchoverOutcome {
  /** The target has dealt with every change up to the pause. */
  @JsonProperty("Drained")
  DRAINED,

  /** That took longer than the switchover may be held, or than anyone waits for it. */
  @JsonProperty("DeadlineExceeded")
  DEADLINE_EXCEEDED,

  /** A value of a newer version of the API; never written. */
  @JsonEnumDefaultValue
  UNRECOGNISED
}
