package io.conntracksync.node.session;

import java.net.InetAddress;
import java.util.Objects;

/** Where the target receives the entries of one sync. */
public record Endpoint(InetAddress address, int port) {
  public Endpoint {
    Objects.requireNonNull(address, "address");
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
  }

  /** {@code 10.0.0.2:28152} or {@code [fd00::2]:28152}. */
  @Override
  public String toString() {
    String host = address.getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
