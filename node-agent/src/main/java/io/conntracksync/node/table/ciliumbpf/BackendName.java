package io.conntracksync.node.table.ciliumbpf;

import java.net.InetAddress;

/**
 * What an id of a backend means, on any node.
 *
 * @param protocol {@link Protocol#ANY} where the node does not tell backends of several apart
 * @param cluster 0 for the own one
 */
record BackendName(InetAddress address, int port, int protocol, int cluster) {
  /** Whether it is the same backend; nodes of different versions name protocols differently. */
  boolean isSameAs(BackendName other) {
    boolean protocols =
        protocol == other.protocol || protocol == Protocol.ANY || other.protocol == Protocol.ANY;
    return protocols
        && port == other.port
        && cluster == other.cluster
        && address.equals(other.address);
  }
}
