package io.conntracksync.node.table.netfilter;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Flows for tests, described as a reader would say them. */
final class Flows {
  private Flows() {}

  static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  static Tuple tcp(String source, int sourcePort, String destination, int destinationPort) {
    return ports(Protocol.TCP, source, sourcePort, destination, destinationPort);
  }

  static Tuple udp(String source, int sourcePort, String destination, int destinationPort) {
    return ports(Protocol.UDP, source, sourcePort, destination, destinationPort);
  }

  static Tuple ports(
      int protocol, String source, int sourcePort, String destination, int destinationPort) {
    return new Tuple(
        address(source),
        address(destination),
        protocol,
        new Transport.Ports(sourcePort, destinationPort));
  }

  /** An established flow without NAT. */
  static Flow of(Tuple original) {
    return of(original, original.inverse(), Status.SEEN_REPLY | Status.ASSURED);
  }

  static Flow of(Tuple original, Tuple reply, int status) {
    return of(original, reply, status, Ties.NONE);
  }

  static Flow expected(Tuple original, Tuple master) {
    Ties ties = new Ties(Optional.empty(), Optional.of(master));
    return of(original, original.inverse(), Status.SEEN_REPLY, ties);
  }

  private static Flow of(Tuple original, Tuple reply, int status, Ties ties) {
    return new Flow(
        new FlowId(Family.of(original.source()), Zones.DEFAULT, original),
        reply,
        status,
        3600,
        0,
        original.protocol() == Protocol.TCP ? established() : new ProtocolState.Stateless(),
        Labels.NONE,
        Corrections.NONE,
        ties);
  }

  private static ProtocolState established() {
    return new ProtocolState.Tcp(
        ProtocolState.Tcp.ESTABLISHED,
        new ProtocolState.Side(7, 0x03),
        new ProtocolState.Side(9, 0x03));
  }
}
