package io.conntracksync.node.table.netfilter;

import java.net.InetAddress;

/**
 * One direction of a flow as packets show it.
 *
 * @param protocol number 0..255 of the protocol above IP
 */
record Tuple(InetAddress source, InetAddress destination, int protocol, Transport transport) {
  /** What an answer looks like when nothing is translated. */
  Tuple inverse() {
    return new Tuple(destination, source, protocol, transport.inverse());
  }
}
