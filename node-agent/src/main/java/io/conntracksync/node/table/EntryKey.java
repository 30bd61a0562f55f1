package io.conntracksync.node.table;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What tells an entry from all others of its table, in that table's own canonical bytes: equal keys
 * mean the same flow. At most {@value #MAX_LENGTH} bytes.
 */
public final class EntryKey {
  /** The longest key of any backend, with room to spare. */
  public static final int MAX_LENGTH = 255;

  private final byte[] bytes;

  private EntryKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A key of a copy of these bytes; throws {@link IllegalArgumentException} when there are none or
   * too many.
   */
  public static EntryKey of(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a key of " + bytes.length + " bytes; 1 to " + MAX_LENGTH + " are possible");
    }
    return new EntryKey(bytes.clone());
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntryKey key && Arrays.equals(bytes, key.bytes);
  }

  /**
   * Keys of one VM differ in a few bytes, often in two neighbouring ones, a port. The usual hash of
   * bytes gives hundreds of such keys the same number; here each byte changes all bits that follow.
   */
  @Override
  public int hashCode() {
    int hash = bytes.length;
    for (byte each : bytes) {
      hash = (hash ^ (each & 0xff)) * 0x01000193;
      hash ^= hash >>> 15;
    }
    return hash;
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
