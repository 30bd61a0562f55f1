package io.conntracksync.e2e.traffic;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The transport protocol of a flow. */
public enum Transport {
  /** Each message is echoed by the VM before the next one is sent. */
  @JsonProperty("tcp")
  TCP,

  /** The VM asks once, then the peer pushes; the VM never speaks again. */
  @JsonProperty("udp")
  UDP
}
