package io.conntracksync.e2e.traffic;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who sent the first packet of a flow; firewalls and conntrack entries have a direction. */
public enum Opener {
  @JsonProperty("peer")
  PEER,
  @JsonProperty("vm")
  VM
}
