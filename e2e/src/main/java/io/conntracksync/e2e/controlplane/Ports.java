package io.conntracksync.e2e.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;

/** The ports of one control plane: free a moment ago, so that several may run on one machine. */
record Ports(int api, int etcdClients, int etcdPeers) {
  static Ports free() {
    // All three are held until all are known, else one could be given twice.
    try (ServerSocket first = new ServerSocket(0);
        ServerSocket second = new ServerSocket(0);
        ServerSocket third = new ServerSocket(0)) {
      return new Ports(first.getLocalPort(), second.getLocalPort(), third.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException("no free TCP port", e);
    }
  }
}
