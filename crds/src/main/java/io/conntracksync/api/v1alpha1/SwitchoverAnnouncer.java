package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** Who told the source's agent that the VM stops. */
public enum SwitchoverAnnouncer {
  /** The gate, before the VM may go on: the switchover waited. */
  @JsonProperty("Gate")
  GATE,

  /** An event of libvirt, after the fact: nothing waited. */
  @JsonProperty("Libvirt")
  LIBVIRT,

  /** A value of a newer version of the API; never written. */
  @JsonEnumDefaultValue
  UNRECOGNISED
}
