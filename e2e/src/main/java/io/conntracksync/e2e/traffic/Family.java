package io.conntracksync.e2e.traffic;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.Inet6Address;
import java.net.InetAddress;

/** The address family of a flow. */
public enum Family {
  @JsonProperty("IPv4")
  IPV4,
  @JsonProperty("IPv6")
  IPV6;

  static Family of(InetAddress address) {
    return address instanceof Inet6Address ? IPV6 : IPV4;
  }
}
