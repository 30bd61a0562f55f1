package io.conntracksync.node.session;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Objects;

/** Where the target receives the entries of one sync. */
public record Endpoint(InetAddress address, int port) {
  /** Of a sync that receives nothing any more: port 0 of no address. */
  static final Endpoint NOWHERE = new Endpoint(unspecified(), 0);

  public Endpoint {
    Objects.requireNonNull(address, "address");
    boolean nowhere = port == 0 && address.isAnyLocalAddress();
    if ((port < 1 || port > 65535) && !nowhere) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
  }

  private static InetAddress unspecified() {
    try {
      return InetAddress.getByAddress(new byte[4]);
    } catch (IOException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** {@code 10.0.0.2:28152} or {@code [fd00::2]:28152}. */
  @Override
  public String toString() {
    String host = address.getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
