package io.conntracksync.node.table.netfilter;

import java.net.InetAddress;

/** Asks for all entries of a family, or for those in which an IPv4 address has a certain place. */
final class DumpRequest {
  private DumpRequest() {}

  static void writeAll(RequestBatch batch, Family family) {
    batch.begin(Nfnetlink.CT_GET, Nfnetlink.REQUEST | Nfnetlink.DUMP, family);
    batch.end();
  }

  /**
   * Entries whose tuple of that type ({@link Cta#TUPLE_ORIG} or {@link Cta#TUPLE_REPLY}) has this
   * address in that place. Not for IPv6, where the kernel's comparison is inverted.
   */
  static void write(RequestBatch batch, int tupleType, VmAddress place, InetAddress address) {
    if (Family.of(address) != Family.IPV4) {
      throw new IllegalArgumentException("the kernel filters IPv4 only, not " + address);
    }
    AttributeWriter out =
        batch.begin(Nfnetlink.CT_GET, Nfnetlink.REQUEST | Nfnetlink.DUMP, Family.IPV4);
    int tuple = out.begin(tupleType);
    int ip = out.begin(Cta.TUPLE_IP);
    out.bytes(place.attribute(Family.IPV4), address.getAddress());
    out.end(ip).end(tuple);
    int filter = out.begin(Cta.FILTER);
    out.native32(Cta.FILTER_ORIG, tupleType == Cta.TUPLE_ORIG ? place.filter() : 0);
    out.native32(Cta.FILTER_REPLY, tupleType == Cta.TUPLE_REPLY ? place.filter() : 0);
    out.end(filter);
    batch.end();
  }
}
