package io.conntracksync.e2e.traffic;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a flow stood when the measurement ended. */
public enum Verdict {
  /** It was answered within the last {@link EchoTrail#SILENCE_MILLIS}. */
  @JsonProperty("alive")
  ALIVE,

  /** It was not. */
  @JsonProperty("dead")
  DEAD,

  /** The VM could not be asked what it received. */
  @JsonProperty("unknown")
  UNKNOWN
}
