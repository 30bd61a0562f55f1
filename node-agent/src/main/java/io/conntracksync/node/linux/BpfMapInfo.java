package io.conntracksync.node.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the kernel says of a BPF map.
 *
 * @param type as in {@code enum bpf_map_type} of linux/bpf.h
 * @param id of this map alone while the machine runs; a map made anew under the same pin has
 *     another
 * @param keySize bytes
 * @param valueSize bytes
 * @param maxEntries as it was made; unsigned
 * @param flags {@code BPF_F_*} as it was made
 * @param name at most 15 letters
 */
public record BpfMapInfo(
    int type, int id, int keySize, int valueSize, long maxEntries, int flags, String name) {
  /** {@code BPF_MAP_TYPE_HASH}. */
  public static final int HASH = 1;

  /** {@code BPF_MAP_TYPE_LRU_HASH}. */
  public static final int LRU_HASH = 9;

  /** {@code BPF_MAP_TYPE_LPM_TRIE}. */
  public static final int LPM_TRIE = 11;

  /** Enough of {@code struct bpf_map_info}; the kernel fills as much as there is room for. */
  static final int LENGTH = 40;

  private static final int ID = 4;
  private static final int KEY_SIZE = 8;
  private static final int VALUE_SIZE = 12;
  private static final int MAX_ENTRIES = 16;
  private static final int FLAGS = 20;
  private static final int NAME = 24;

  static BpfMapInfo read(ByteBuffer info) {
    byte[] name = new byte[LENGTH - NAME];
    info.get(NAME, name);
    return new BpfMapInfo(
        info.getInt(0),
        info.getInt(ID),
        info.getInt(KEY_SIZE),
        info.getInt(VALUE_SIZE),
        Integer.toUnsignedLong(info.getInt(MAX_ENTRIES)),
        info.getInt(FLAGS),
        new String(name, StandardCharsets.US_ASCII).replaceAll("\0.*", ""));
  }
}
