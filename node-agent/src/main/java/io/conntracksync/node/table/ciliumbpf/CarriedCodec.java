package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.Entry;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** {@link Carried} to bytes and back, see {@link CarriedLayout}; believes nothing. */
final class CarriedCodec {
  private CarriedCodec() {}

  static Entry encode(CtKey key, Carried carried) {
    return Entry.of(key.encode(), value(carried));
  }

  static byte[] value(Carried carried) {
    ByteBuffer out = ByteBuffer.allocate(CarriedLayout.MAX_LENGTH);
    out.putInt((int) carried.leftMillis())
        .putShort((short) carried.flags())
        .put((byte) carried.transmitted())
        .put((byte) carried.received())
        .putInt(carried.identity().number())
        .put((byte) CarriedLayout.parts(carried));
    carried.meaning().service().ifPresent(service -> put(out, service));
    carried.meaning().backend().ifPresent(backend -> put(out, backend));
    carried.nat().ifPresent(nat -> put(out, nat.address(), nat.port()));
    byte[] value = new byte[out.position()];
    out.get(0, value);
    return value;
  }

  private static void put(ByteBuffer out, ServiceName service) {
    put(out, service.address(), service.port());
    out.put((byte) service.protocol()).put((byte) service.scope());
  }

  private static void put(ByteBuffer out, BackendName backend) {
    put(out, backend.address(), backend.port());
    out.put((byte) backend.protocol()).putShort((short) backend.cluster());
  }

  private static void put(ByteBuffer out, InetAddress address, int port) {
    out.put(address.getAddress()).putShort((short) port);
  }

  /** The value of any entry that a peer may send under this key, or why it is refused. */
  static Carried decode(CtKey key, byte[] value) throws RefusedEntryException {
    FieldReader in = new FieldReader(value);
    long left = Integer.toUnsignedLong(in.u32());
    int flags = in.u16();
    int transmitted = in.u8();
    int received = in.u8();
    int number = in.u32();
    int parts = in.u8();
    if ((parts & ~CarriedLayout.ALL) != 0) {
      throw RefusedEntryException.malformed("unknown parts " + Integer.toHexString(parts));
    }
    Family family = key.family();
    Optional<ServiceName> service =
        has(parts, CarriedLayout.SERVICE) ? Optional.of(service(in, family)) : Optional.empty();
    Optional<BackendName> backend =
        has(parts, CarriedLayout.BACKEND) ? Optional.of(backend(in, family)) : Optional.empty();
    Optional<NatAddress> nat =
        has(parts, CarriedLayout.NAT)
            ? Optional.of(new NatAddress(address(in, family), in.u16()))
            : Optional.empty();
    in.expectEnd();
    return new Carried(
            left,
            flags,
            transmitted,
            received,
            new Identity(
                has(parts, CarriedLayout.IDENTITY_OF_NODE)
                    ? Identity.Scope.NODE
                    : Identity.Scope.CLUSTER,
                number),
            new Meaning(
                service,
                backend,
                has(parts, CarriedLayout.NAMES_LOST) ? Meaning.Names.LOST : Meaning.Names.COMPLETE),
            nat)
        .checkedFor(key);
  }

  private static ServiceName service(FieldReader in, Family family) throws RefusedEntryException {
    ServiceName service = new ServiceName(address(in, family), in.u16(), in.u8(), in.u8());
    if (service.scope() > ServiceName.INTERNAL) {
      throw RefusedEntryException.malformed("the unknown scope " + service.scope());
    }
    return service;
  }

  private static BackendName backend(FieldReader in, Family family) throws RefusedEntryException {
    return new BackendName(address(in, family), in.u16(), in.u8(), in.u16());
  }

  private static InetAddress address(FieldReader in, Family family) throws RefusedEntryException {
    return family.address(in.bytes(family.addressLength()));
  }

  private static boolean has(int parts, int part) {
    return (parts & part) != 0;
  }
}
