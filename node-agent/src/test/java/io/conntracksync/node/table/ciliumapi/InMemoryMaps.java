package io.conntracksync.node.table.ciliumapi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A fake of Cilium's IPv4 conntrack and service maps: in memory, keys and values in Cilium's
 * layout, with what its API does to them. Written after facts/cilium.md, 1.5 and 1.6, and without
 * the code that it is to test. Not safe for several threads.
 */
final class InMemoryMaps {
  private static final int KEY = 14;
  private static final int VALUE = 56;
  private static final int RECORD = 68;
  private static final int LIFETIME = 32;
  private static final int REV_NAT = 38;
  private static final int IN = 1;
  private static final int SERVICE = 4;

  private final Map<ByteBuffer, byte[]> entries = new LinkedHashMap<>();
  private final Map<ByteBuffer, Integer> services = new HashMap<>();
  private int now = 100_000;

  /** Puts an entry in, written as in facts/cilium.md: blanks between the bytes do not matter. */
  void put(String key, String value) {
    byte[] keyBytes = hex(key);
    byte[] valueBytes = hex(value);
    if (keyBytes.length != KEY || valueBytes.length != VALUE) {
      throw new IllegalArgumentException(key + " " + value);
    }
    entries.put(ByteBuffer.wrap(keyBytes), valueBytes);
  }

  void remove(String key) {
    if (entries.remove(ByteBuffer.wrap(hex(key))) == null) {
      throw new IllegalArgumentException("there is no " + key);
    }
  }

  /** The value in hexadecimal digits, or nothing. */
  String value(String key) {
    byte[] value = entries.get(ByteBuffer.wrap(hex(key)));
    return value == null ? "" : HexFormat.of().formatHex(value);
  }

  int size() {
    return entries.size();
  }

  /** This node's id of a service, given by address, port and protocol as in a map's key. */
  void service(String addressPortProtocol, int id) {
    services.put(ByteBuffer.wrap(hex(addressPortProtocol)), id);
  }

  void pass(int units) {
    now += units;
  }

  byte[] export(byte[] address) {
    List<byte[]> records = new ArrayList<>();
    entries.forEach(
        (key, value) -> {
          byte[] bytes = new byte[KEY];
          key.get(0, bytes);
          if (isOf(bytes, address) && value32(value, LIFETIME) >= now) {
            records.add(record(bytes, value));
          }
        });
    ByteBuffer body = ByteBuffer.allocate(records.size() * RECORD);
    records.forEach(body::put);
    return body.array();
  }

  /** A rest that is no whole record is the end, as it is to Cilium. */
  void importAll(byte[] body) {
    Map<Integer, Integer> ids = new HashMap<>();
    List<byte[]> waiting = new ArrayList<>();
    for (int at = 0; at + RECORD <= body.length; at += RECORD) {
      byte[] record = Arrays.copyOfRange(body, at, at + RECORD);
      if (revNat(record) == 0) {
        store(record, 0);
      } else if ((record[13] & SERVICE) != 0) {
        Integer local = services.get(ByteBuffer.wrap(serviceOf(record)));
        if (local != null) {
          ids.put(foreignId(record), local);
          store(record, local);
        }
      } else {
        waiting.add(record);
      }
    }
    for (byte[] record : waiting) {
      Integer local = ids.get(foreignId(record));
      if (local != null) {
        store(record, local);
      }
    }
  }

  private void store(byte[] record, int revNat) {
    byte[] value = new byte[VALUE];
    System.arraycopy(record, KEY, value, 0, 40);
    System.arraycopy(record, 54, value, 42, 14);
    ByteBuffer out = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(LIFETIME, out.getInt(LIFETIME) + now);
    out.order(ByteOrder.BIG_ENDIAN).putShort(REV_NAT, (short) revNat);
    entries.put(ByteBuffer.wrap(Arrays.copyOf(record, KEY)), value);
  }

  private byte[] record(byte[] key, byte[] value) {
    ByteBuffer record = ByteBuffer.allocate(RECORD).order(ByteOrder.LITTLE_ENDIAN);
    record.put(key).put(value, 0, 40).put(value, 42, 14);
    record.putInt(KEY + LIFETIME, value32(value, LIFETIME) - now);
    return record.array();
  }

  private static boolean isOf(byte[] key, byte[] address) {
    boolean responds = (key[13] & (IN | SERVICE)) != 0;
    int at = responds ? 4 : 0;
    return Arrays.equals(key, at, at + 4, address, 0, 4);
  }

  /** Ids of TCP and of everything else are told apart. */
  private static int foreignId(byte[] record) {
    return revNat(record) | (record[12] == 6 ? 0x10000 : 0);
  }

  private static int revNat(byte[] record) {
    return Short.toUnsignedInt(ByteBuffer.wrap(record).getShort(KEY + REV_NAT));
  }

  private static byte[] serviceOf(byte[] record) {
    return ByteBuffer.allocate(7).put(record, 0, 4).put(record, 10, 3).array();
  }

  private static int value32(byte[] value, int at) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }
}
