package io.conntracksync.e2e.bed;

import java.util.List;

/**
 * The IPv4 and the IPv6 address of one end, in their canonical text form, without prefix length.
 */
public record DualStack(String v4, String v6) {
  public List<String> both() {
    return List.of(v4, v6);
  }
}
