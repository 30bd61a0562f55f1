package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.TableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * One family's maps of services, backends and reverse translations, as bytes. Numbers are in the
 * machine's own order, but ports and ids of services big-endian.
 *
 * <pre>
 * service  key    address · port u16 · slot u16 · protocol u8 · scope u8 · 2 zeros
 *          value  u32 · count u16 · 4: id u16 · flags u8 · more flags u8 · u16     (of slot 0)
 * backend  key    id u32
 *          value  address · port u16 · protocol u8 · state u8 · cluster u16 · …
 * reverse  key    id u16
 *          value  address · port u16
 * </pre>
 */
final class ServiceMaps {
  static final int BACKEND_KEY = 4;

  private static final int PORT_LENGTH = 2;
  private static final int SERVICE_KEY_REST = 8;
  private static final int SERVICE_VALUE = 12;
  private static final int SERVICE_ID = 6;
  private static final int SERVICE_MORE_FLAGS = 9;
  private static final int TO_PROXY = 0x04;
  private static final int BACKEND_VALUE_REST = 8;
  private static final int BACKEND_CLUSTER = 4;

  private final PinnedMaps maps;
  private final Family family;

  ServiceMaps(PinnedMaps maps, Family family) {
    this.maps = maps;
    this.family = family;
  }

  /** The service itself, as this node has it under exactly this name. */
  Optional<IdLookup.LocalService> service(ServiceName name) throws TableException {
    Optional<BpfMap> services =
        maps.find(
            "cilium_lb%s_services_v2".formatted(family.digit()),
            family.addressLength() + SERVICE_KEY_REST,
            SERVICE_VALUE);
    Optional<byte[]> value = lookup(services, serviceKey(name));
    return value.map(
        bytes ->
            new IdLookup.LocalService(
                ByteBuffer.wrap(bytes).getShort(SERVICE_ID) & 0xffff,
                (bytes[SERVICE_MORE_FLAGS] & TO_PROXY) == 0
                    ? IdLookup.Delivery.BACKENDS
                    : IdLookup.Delivery.PROXY));
  }

  /** Address and port that replies of this service get; protocol and scope are not known here. */
  Optional<ServiceName> reverse(int id) throws TableException {
    Optional<BpfMap> reverse =
        maps.find(
            "cilium_lb%s_reverse_nat".formatted(family.digit()),
            PORT_LENGTH,
            family.addressLength() + PORT_LENGTH);
    byte[] key = ByteBuffer.allocate(PORT_LENGTH).putShort((short) id).array();
    Optional<byte[]> value = lookup(reverse, key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    FieldReader in = new FieldReader(value.get());
    try {
      return Optional.of(
          new ServiceName(
              family.address(in.bytes(family.addressLength())),
              in.u16(),
              Protocol.ANY,
              ServiceName.EXTERNAL));
    } catch (RefusedEntryException e) {
      return Optional.empty();
    }
  }

  Optional<BackendName> backend(int id) throws TableException {
    byte[] key = ByteBuffer.allocate(BACKEND_KEY).order(ByteOrder.nativeOrder()).putInt(id).array();
    Optional<byte[]> value = lookup(backends(), key);
    return value.isEmpty() ? Optional.empty() : backend(value.get());
  }

  Optional<BpfMap> backends() throws TableException {
    return maps.find(
        "cilium_lb%s_backends_v3".formatted(family.digit()),
        BACKEND_KEY,
        family.addressLength() + BACKEND_VALUE_REST);
  }

  /** The backend that such a value of the map describes. */
  Optional<BackendName> backend(byte[] value) {
    FieldReader in = new FieldReader(value);
    try {
      return Optional.of(
          new BackendName(
              family.address(in.bytes(family.addressLength())),
              in.u16(),
              in.u8(),
              ByteBuffer.wrap(value)
                      .order(ByteOrder.nativeOrder())
                      .getShort(family.addressLength() + BACKEND_CLUSTER)
                  & 0xffff));
    } catch (RefusedEntryException e) {
      return Optional.empty();
    }
  }

  private byte[] serviceKey(ServiceName name) {
    return ByteBuffer.allocate(family.addressLength() + SERVICE_KEY_REST)
        .put(name.address().getAddress())
        .putShort((short) name.port())
        .putShort((short) 0)
        .put((byte) name.protocol())
        .put((byte) name.scope())
        .array();
  }

  private static Optional<byte[]> lookup(Optional<BpfMap> map, byte[] key) throws TableException {
    try {
      return map.isEmpty() ? Optional.empty() : map.get().lookup(key);
    } catch (SystemCallException e) {
      throw MapFailure.of(e);
    }
  }
}
