package io.conntracksync.node.transfer;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the parts of a payload, numbers big-endian. A part that does not fit its length field
 * throws {@link IllegalArgumentException}: a fault of ours, never of a peer.
 */
final class PayloadWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PayloadWriter u8(int value) {
    return number(value, 1);
  }

  PayloadWriter u16(int value) {
    return number(value, 2);
  }

  /** A count; the reader takes 63 bits. */
  PayloadWriter u64(long value) {
    return number(value >>> 32, 4).number(value & 0xFFFF_FFFFL, 4);
  }

  /** {@code length u8 · bytes}. */
  PayloadWriter shortBytes(byte[] bytes) {
    return u8(bytes.length).raw(bytes);
  }

  /** {@code length u16 · bytes}. */
  PayloadWriter bytes(byte[] bytes) {
    return u16(bytes.length).raw(bytes);
  }

  /** {@code length u8 · UTF-8}. */
  PayloadWriter shortText(String text) {
    return shortBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code length u16 · UTF-8}, cut off at so many bytes. */
  PayloadWriter textUpTo(int maxBytes, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(utf8.length, maxBytes);
    // Not in the middle of a character: the reader refuses what is no UTF-8.
    while (length < utf8.length && length > 0 && (utf8[length] & 0xC0) == 0x80) {
      length--;
    }
    return bytes(Arrays.copyOf(utf8, length));
  }

  /** {@code length u8, 4 or 16 · address in network order}. */
  PayloadWriter address(InetAddress address) {
    return shortBytes(address.getAddress());
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  private PayloadWriter raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  private PayloadWriter number(long value, int size) {
    if (value < 0 || value >>> (8 * size) != 0) {
      throw new IllegalArgumentException(value + " does not fit in " + size + " bytes");
    }
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }
}
