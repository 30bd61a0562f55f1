package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.FlowEnds;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The key of an entry, as it lies in the map and travels: {@code destination · source (4 or 16
 * bytes each) · destination port u16 · source port u16 (big-endian) · protocol u8 · flags u8}. The
 * same in all generations.
 *
 * <p>The names are Cilium's. OUT and IN entries hold the initiator's address as {@code destination}
 * and the responder's as {@code source}, but the responder's port as {@code destinationPort}; a
 * SERVICE entry holds the client as {@code source} and the service's address as {@code
 * destination}.
 */
record CtKey(
    InetAddress destination,
    InetAddress source,
    int destinationPort,
    int sourcePort,
    int protocol,
    int flags) {
  /** The pod on this node opened the flow. */
  static final int OUT = 0;

  /** The pod on this node accepted the flow. */
  static final int IN = 1;

  /** Added to OUT or IN: ICMP errors that belong to such flows. */
  static final int RELATED = 2;

  /** Which backend a service chose. */
  static final int SERVICE = 4;

  Family family() {
    return Family.of(destination);
  }

  boolean isOut() {
    return (flags & ~RELATED) == OUT;
  }

  boolean isIn() {
    return (flags & ~RELATED) == IN;
  }

  boolean isService() {
    return flags == SERVICE;
  }

  FlowEnds ends() {
    return isService() ? new FlowEnds(source, destination) : new FlowEnds(destination, source);
  }

  EntryKey encode() {
    Family family = family();
    return EntryKey.of(
        ByteBuffer.allocate(family.keyLength())
            .put(destination.getAddress())
            .put(source.getAddress())
            .putShort((short) destinationPort)
            .putShort((short) sourcePort)
            .put((byte) protocol)
            .put((byte) flags)
            .array());
  }

  /** Refuses what no map of Cilium's holds. */
  static CtKey decode(EntryKey key) throws RefusedEntryException {
    byte[] bytes = key.bytes();
    Family family = Family.ofKeyLength(bytes.length);
    FieldReader in = new FieldReader(bytes);
    CtKey decoded =
        new CtKey(
            family.address(in.bytes(family.addressLength())),
            family.address(in.bytes(family.addressLength())),
            in.u16(),
            in.u16(),
            in.u8(),
            in.u8());
    if (decoded.flags > SERVICE) {
      throw RefusedEntryException.malformed("an entry of the unknown kind " + decoded.flags);
    }
    if ((decoded.flags & RELATED) != 0 && !Protocol.isIcmp(decoded.protocol)) {
      throw RefusedEntryException.malformed("a related entry that is not of ICMP");
    }
    return decoded;
  }
}
