package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** A kind of conntrack table. */
public enum Backend {
  /** The kernel's own table, over ctnetlink. */
  @JsonProperty("netfilter")
  NETFILTER,

  /** Cilium's pinned BPF maps. */
  @JsonProperty("cilium-bpf")
  CILIUM_BPF,

  /** A Cilium that offers the HTTP export and import API. */
  @JsonProperty("cilium-api")
  CILIUM_API,

  /** A value of a newer version of the API; never written. */
  @JsonEnumDefaultValue
  UNRECOGNISED
}
