package io.conntracksync.node.table.ciliumbpf;

import java.net.InetAddress;

/**
 * What an id of a service means, on any node.
 *
 * @param protocol {@link Protocol#ANY} where the node does not tell services of several apart
 * @param scope 0 for traffic from outside and, unless the service has two, from inside too
 */
record ServiceName(InetAddress address, int port, int protocol, int scope) {
  static final int EXTERNAL = 0;
  static final int INTERNAL = 1;

  ServiceName with(int otherProtocol, int otherScope) {
    return new ServiceName(address, port, otherProtocol, otherScope);
  }
}
