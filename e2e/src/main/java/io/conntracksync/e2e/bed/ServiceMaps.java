package io.conntracksync.e2e.bed;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Services as entries of Cilium's maps, in the words of bpftool. Layouts as of Cilium 1.19, see
 * {@code datapath/services.h}. Pure.
 */
final class ServiceMaps {
  /** Their names, for {@code 4} and {@code 6}. */
  private static final String SERVICES = "cilium_lb%d_services_v2";

  private static final String BACKENDS = "cilium_lb%d_backends_v3";
  private static final String REVERSE = "cilium_lb%d_reverse_nat";

  private static final byte TCP = 6;
  private static final int IPV4_LENGTH = 4;

  private ServiceMaps() {}

  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (int family : List.of(4, 6)) {
      for (String name : List.of(SERVICES, BACKENDS, REVERSE)) {
        names.add(name.formatted(family));
      }
    }
    return names;
  }

  /** What {@code bpftool batch} is to read so that the maps in this folder have these services. */
  static String batch(Path folder, List<LocalService> services) {
    StringBuilder lines = new StringBuilder();
    services.forEach(service -> lines.append(batch(folder, service)));
    return lines.toString();
  }

  private static String batch(Path folder, LocalService service) {
    byte[] address = bytes(service.address());
    byte[] backend = bytes(service.backend());
    int family = address.length == IPV4_LENGTH ? 4 : 6;
    short id = bigEndian(service.id());
    byte[] itself = room(12).putShort(4, (short) 1).putShort(6, id).array();
    byte[] place = room(12).putInt(0, service.backendId()).putShort(6, id).array();
    byte[] reached =
        room(backend.length + 8)
            .put(backend)
            .putShort(bigEndian(service.backendPort()))
            .put(TCP)
            .array();
    byte[] frontend =
        room(address.length + 2).put(address).putShort(bigEndian(service.port())).array();
    return line(folder, SERVICES.formatted(family), key(address, service.port(), 0), itself)
        + line(folder, SERVICES.formatted(family), key(address, service.port(), 1), place)
        + line(
            folder,
            BACKENDS.formatted(family),
            room(4).putInt(service.backendId()).array(),
            reached)
        + line(folder, REVERSE.formatted(family), room(2).putShort(id).array(), frontend);
  }

  private static byte[] key(byte[] address, int port, int slot) {
    return room(address.length + 8)
        .put(address)
        .putShort(bigEndian(port))
        .putShort((short) slot)
        .put(TCP)
        .array();
  }

  private static String line(Path folder, String map, byte[] key, byte[] value) {
    return "map update pinned %s key hex %s value hex %s\n"
        .formatted(folder.resolve(map), hex(key), hex(value));
  }

  private static ByteBuffer room(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }

  /** The same number, for a field in network order in a room of the machine's. */
  private static short bigEndian(int value) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
        ? (short) value
        : Short.reverseBytes((short) value);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }

  private static byte[] bytes(String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal + " is not an address", e);
    }
  }
}
