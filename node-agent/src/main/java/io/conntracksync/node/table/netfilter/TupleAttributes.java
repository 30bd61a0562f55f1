package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.RefusedEntryException.malformed;
import static io.conntracksync.node.table.netfilter.RefusedEntryException.unsupported;

import java.net.InetAddress;

/**
 * One direction of a flow as a {@code CTA_TUPLE_*} attribute: addresses, then protocol and its
 * numbers, then the zone if this direction alone has one.
 */
final class TupleAttributes {
  private TupleAttributes() {}

  static void write(AttributeWriter out, int type, Family family, Tuple tuple, int zone) {
    int whole = out.begin(type);
    int addresses = out.begin(Cta.TUPLE_IP);
    out.bytes(family.sourceType(), tuple.source().getAddress());
    out.bytes(family.destinationType(), tuple.destination().getAddress());
    out.end(addresses);
    int protocol = out.begin(Cta.TUPLE_PROTO);
    out.u8(Cta.PROTO_NUM, tuple.protocol());
    writeTransport(out, family, tuple.transport());
    out.end(protocol);
    if (zone != 0) {
      out.u16(Cta.TUPLE_ZONE, zone);
    }
    out.end(whole);
  }

  private static void writeTransport(AttributeWriter out, Family family, Transport transport) {
    if (transport instanceof Transport.Ports ports) {
      out.u16(Cta.PROTO_SRC_PORT, ports.source()).u16(Cta.PROTO_DST_PORT, ports.destination());
    } else if (transport instanceof Transport.Icmp icmp && family == Family.IPV4) {
      out.u16(Cta.PROTO_ICMP_ID, icmp.id());
      out.u8(Cta.PROTO_ICMP_TYPE, icmp.type()).u8(Cta.PROTO_ICMP_CODE, icmp.code());
    } else if (transport instanceof Transport.Icmp icmp) {
      out.u16(Cta.PROTO_ICMPV6_ID, icmp.id());
      out.u8(Cta.PROTO_ICMPV6_TYPE, icmp.type()).u8(Cta.PROTO_ICMPV6_CODE, icmp.code());
    }
  }

  /** A tuple, and the zone that it alone has, or 0. */
  record Zoned(Tuple tuple, int zone) {}

  /** Reads the attribute that the reader stands on. */
  static Zoned read(AttributeReader in, Family family) throws RefusedEntryException {
    InetAddress source = null;
    InetAddress destination = null;
    ProtocolNumbers protocol = null;
    int zone = 0;
    in.enter();
    while (in.next()) {
      switch (in.type()) {
        case Cta.TUPLE_IP -> {
          in.enter();
          while (in.next()) {
            if (in.type() == family.sourceType()) {
              source = family.address(in.bytes());
            } else if (in.type() == family.destinationType()) {
              destination = family.address(in.bytes());
            }
          }
          in.leave();
        }
        case Cta.TUPLE_PROTO -> protocol = readProtocol(in);
        case Cta.TUPLE_ZONE -> zone = in.u16();
        default -> {}
      }
    }
    in.leave();
    if (source == null || destination == null || protocol == null) {
      throw malformed("a tuple without addresses or protocol");
    }
    Tuple tuple = new Tuple(source, destination, protocol.number(), protocol.transport());
    return new Zoned(tuple, zone);
  }

  private record ProtocolNumbers(int number, Transport transport) {}

  private static ProtocolNumbers readProtocol(AttributeReader in) throws RefusedEntryException {
    int number = -1;
    int source = -1;
    int destination = -1;
    int id = -1;
    int icmpType = -1;
    int code = -1;
    in.enter();
    while (in.next()) {
      switch (in.type()) {
        case Cta.PROTO_NUM -> number = in.u8();
        case Cta.PROTO_SRC_PORT -> source = in.u16();
        case Cta.PROTO_DST_PORT -> destination = in.u16();
        case Cta.PROTO_ICMP_ID, Cta.PROTO_ICMPV6_ID -> id = in.u16();
        case Cta.PROTO_ICMP_TYPE, Cta.PROTO_ICMPV6_TYPE -> icmpType = in.u8();
        case Cta.PROTO_ICMP_CODE, Cta.PROTO_ICMPV6_CODE -> code = in.u8();
        default -> {}
      }
    }
    in.leave();
    if (number < 0) {
      throw malformed("a tuple without a protocol number");
    }
    if (source >= 0 && destination >= 0) {
      return new ProtocolNumbers(number, new Transport.Ports(source, destination));
    }
    if (id >= 0 && icmpType >= 0 && code >= 0) {
      return new ProtocolNumbers(number, new Transport.Icmp(id, icmpType, code));
    }
    if (Protocol.hasPorts(number) || Protocol.isIcmp(number)) {
      throw unsupported("protocol " + number + " without its numbers");
    }
    return new ProtocolNumbers(number, new Transport.Nothing());
  }
}
