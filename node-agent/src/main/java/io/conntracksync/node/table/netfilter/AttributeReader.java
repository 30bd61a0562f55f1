package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.RefusedEntryException.malformed;

import java.nio.ByteBuffer;

/**
 * Walks over netlink attributes, see {@link AttributeWriter}; one reader serves any number of
 * messages and makes no garbage. No length is believed: what does not fit is refused.
 */
final class AttributeReader {
  private static final int TYPE_MASK = 0x3fff;
  private static final int MAX_DEPTH = 8;

  private final int[] outerNext = new int[MAX_DEPTH];
  private final int[] outerEnd = new int[MAX_DEPTH];

  private ByteBuffer in = ByteBuffer.allocate(0);
  private int depth;
  private int payload;
  private int length;
  private int type;
  private int next;
  private int end;

  /** Starts over with the attributes between these positions of a buffer in native order. */
  void over(ByteBuffer buffer, int from, int to) {
    in = buffer;
    depth = 0;
    next = from;
    end = to;
    payload = from;
    length = 0;
    type = 0;
  }

  /** Moves to the next attribute of this level; false after the last one. */
  boolean next() throws RefusedEntryException {
    if (next >= end) {
      return false;
    }
    if (end - next < AttributeWriter.HEADER) {
      throw malformed("an attribute's header is cut off");
    }
    int total = in.getShort(next) & 0xffff;
    if (total < AttributeWriter.HEADER || total > end - next) {
      throw malformed("an attribute of " + total + " bytes where " + (end - next) + " are left");
    }
    type = in.getShort(next + Short.BYTES) & TYPE_MASK;
    payload = next + AttributeWriter.HEADER;
    length = total - AttributeWriter.HEADER;
    next += (total + Nfnetlink.ALIGN - 1) & -Nfnetlink.ALIGN;
    return true;
  }

  int type() {
    return type;
  }

  int length() {
    return length;
  }

  /** Goes into this attribute; {@link #next} walks over what it contains. */
  void enter() throws RefusedEntryException {
    if (depth == MAX_DEPTH) {
      throw malformed("attributes nested " + MAX_DEPTH + " deep");
    }
    outerNext[depth] = next;
    outerEnd[depth] = end;
    depth++;
    next = payload;
    end = payload + length;
  }

  /** Goes back out, past the attribute that was entered last. */
  void leave() {
    depth--;
    next = outerNext[depth];
    end = outerEnd[depth];
  }

  int u8() throws RefusedEntryException {
    return in.get(at(Byte.BYTES)) & 0xff;
  }

  /** The first of two bytes: TCP flags come as value and mask, and the mask of a dump is zero. */
  int firstOf2() throws RefusedEntryException {
    return in.get(at(Short.BYTES)) & 0xff;
  }

  int u16() throws RefusedEntryException {
    return bigEndian16(at(Short.BYTES));
  }

  int u32() throws RefusedEntryException {
    return bigEndian32(at(Integer.BYTES));
  }

  /** Eight bytes of this attribute from that offset. */
  long u64(int offset) throws RefusedEntryException {
    int at = payload + offset;
    if (offset + Long.BYTES > length) {
      throw malformed("attribute " + type + " has " + length + " bytes");
    }
    return ((long) bigEndian32(at) << 32) | (bigEndian32(at + Integer.BYTES) & 0xffffffffL);
  }

  byte[] bytes() {
    byte[] bytes = new byte[length];
    in.get(payload, bytes);
    return bytes;
  }

  /** Whether the payload is exactly these bytes. */
  boolean holds(byte[] expected) {
    if (length != expected.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (in.get(payload + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private int at(int expected) throws RefusedEntryException {
    if (length != expected) {
      throw malformed("attribute " + type + " has " + length + " bytes, not " + expected);
    }
    return payload;
  }

  private int bigEndian16(int at) {
    return (in.get(at) & 0xff) << 8 | (in.get(at + 1) & 0xff);
  }

  private int bigEndian32(int at) {
    return bigEndian16(at) << 16 | bigEndian16(at + 2);
  }
}
