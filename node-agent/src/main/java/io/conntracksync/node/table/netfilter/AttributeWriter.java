package io.conntracksync.node.table.netfilter;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes netlink attributes at a buffer's position. Shape: {@code u16 length (with header, without
 * padding) · u16 type · payload · zeros up to 4 bytes}; length and type in the machine's byte
 * order, conntrack's numbers in network order. Source: linux/netlink.h. Too small a buffer throws
 * {@link BufferOverflowException}.
 */
final class AttributeWriter {
  static final int HEADER = 4;

  private static final int NESTED = 0x8000;

  private final ByteBuffer out;

  /** The buffer is in native order. */
  AttributeWriter(ByteBuffer out) {
    if (out.order() != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException("a buffer in " + out.order() + "; netlink is native");
    }
    this.out = out;
  }

  AttributeWriter u8(int type, int value) {
    header(type, Byte.BYTES);
    out.put((byte) value);
    return padded(Byte.BYTES);
  }

  AttributeWriter u16(int type, int value) {
    header(type, Short.BYTES);
    out.put((byte) (value >> 8)).put((byte) value);
    return padded(Short.BYTES);
  }

  AttributeWriter u32(int type, int value) {
    header(type, Integer.BYTES);
    bigEndian(value);
    return this;
  }

  /** For the few numbers that the kernel takes in its own byte order. */
  AttributeWriter native32(int type, int value) {
    header(type, Integer.BYTES);
    out.putInt(value);
    return this;
  }

  /** Sixteen bytes as two halves. */
  AttributeWriter u128(int type, long first, long second) {
    header(type, 2 * Long.BYTES);
    bigEndian((int) (first >>> 32));
    bigEndian((int) first);
    bigEndian((int) (second >>> 32));
    bigEndian((int) second);
    return this;
  }

  AttributeWriter bytes(int type, byte[] value) {
    header(type, value.length);
    out.put(value);
    return padded(value.length);
  }

  /** Opens an attribute that contains others; the result is what {@link #end} wants. */
  int begin(int type) {
    int start = out.position();
    out.putShort((short) 0).putShort((short) (type | NESTED));
    return start;
  }

  /** Closes the attribute that {@link #begin} opened there. */
  AttributeWriter end(int start) {
    out.putShort(start, (short) (out.position() - start));
    return this;
  }

  private void header(int type, int length) {
    out.putShort((short) (HEADER + length)).putShort((short) type);
  }

  private void bigEndian(int value) {
    out.put((byte) (value >> 24)).put((byte) (value >> 16)).put((byte) (value >> 8));
    out.put((byte) value);
  }

  private AttributeWriter padded(int length) {
    for (int i = length; i % Nfnetlink.ALIGN != 0; i++) {
      out.put((byte) 0);
    }
    return this;
  }
}
