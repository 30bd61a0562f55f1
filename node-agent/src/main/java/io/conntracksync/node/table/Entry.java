package io.conntracksync.node.table;

import java.util.Arrays;
import java.util.Objects;

/**
 * One tracked flow in its table's own terms: opaque to everyone but a table of the same {@link
 * TableFormat}. The value holds everything but the key; at most {@value #MAX_VALUE_LENGTH} bytes.
 */
public final class Entry {
  /** The longest value of any backend, with room to spare. */
  public static final int MAX_VALUE_LENGTH = 4096;

  private final EntryKey key;
  private final byte[] value;

  private Entry(EntryKey key, byte[] value) {
    this.key = key;
    this.value = value;
  }

  /**
   * An entry with a copy of the value; throws {@link IllegalArgumentException} when that is too
   * long.
   */
  public static Entry of(EntryKey key, byte[] value) {
    Objects.requireNonNull(key, "key");
    if (value.length > MAX_VALUE_LENGTH) {
      throw new IllegalArgumentException(
          "a value of " + value.length + " bytes; at most " + MAX_VALUE_LENGTH + " are possible");
    }
    return new Entry(key, value.clone());
  }

  public EntryKey key() {
    return key;
  }

  /** A copy of the value. */
  public byte[] value() {
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry entry
        && key.equals(entry.key)
        && Arrays.equals(value, entry.value);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  @Override
  public String toString() {
    return "Entry[" + key + ", " + value.length + " bytes]";
  }
}
