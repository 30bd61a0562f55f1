package io.conntracksync.e2e.traffic;

import java.net.InetSocketAddress;

/**
 * A service that leads to the peer.
 *
 * @param address that the VM connects to, as digits
 * @param backend the peer's own address at which such a connection arrives, as digits
 */
public record Service(String address, int port, String backend, int backendPort) {
  InetSocketAddress frontend() {
    return new InetSocketAddress(PeerSettings.literal(address), port);
  }

  InetSocketAddress arrival() {
    return new InetSocketAddress(PeerSettings.literal(backend), backendPort);
  }
}
