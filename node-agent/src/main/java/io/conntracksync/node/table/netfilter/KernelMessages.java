package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.RefusedEntryException.malformed;

import java.nio.ByteBuffer;

/** Walks over the messages of one received datagram; reused for any number of them. */
final class KernelMessages {
  private final AttributeReader attributes = new AttributeReader();

  private ByteBuffer in = ByteBuffer.allocate(0);
  private int start;
  private int next;
  private int length;

  /** Starts with the first message between position and limit of a buffer in native order. */
  void over(ByteBuffer datagram) {
    in = datagram;
    next = datagram.position();
  }

  boolean next() throws RefusedEntryException {
    int left = in.limit() - next;
    if (left <= 0) {
      return false;
    }
    if (left < Nfnetlink.HEADER) {
      throw malformed("a message's header is cut off");
    }
    length = in.getInt(next);
    if (length < Nfnetlink.HEADER || length > left) {
      throw malformed("a message of " + length + " bytes where " + left + " are left");
    }
    start = next;
    next += (length + Nfnetlink.ALIGN - 1) & -Nfnetlink.ALIGN;
    return true;
  }

  int type() {
    return in.getShort(start + Nfnetlink.TYPE_AT) & 0xffff;
  }

  boolean wasInterrupted() {
    return (in.getShort(start + Nfnetlink.FLAGS_AT) & Nfnetlink.DUMP_INTERRUPTED) != 0;
  }

  int sequence() {
    return in.getInt(start + Nfnetlink.SEQUENCE_AT);
  }

  /** Of an ERROR or DONE message: 0 or the error number. */
  int errno() throws RefusedEntryException {
    if (length < Nfnetlink.HEADER + Integer.BYTES) {
      throw malformed("an answer without its error number");
    }
    return -in.getInt(start + Nfnetlink.HEADER);
  }

  /** Number of the address family in a message of the conntrack subsystem. */
  int family() throws RefusedEntryException {
    requireGeneralHeader();
    return in.get(start + Nfnetlink.HEADER) & 0xff;
  }

  /** The attributes of a message of the conntrack subsystem, from the first one. */
  AttributeReader attributes() throws RefusedEntryException {
    requireGeneralHeader();
    attributes.over(in, start + Nfnetlink.HEADER + Nfnetlink.GENERAL_HEADER, start + length);
    return attributes;
  }

  private void requireGeneralHeader() throws RefusedEntryException {
    if (length < Nfnetlink.HEADER + Nfnetlink.GENERAL_HEADER) {
      throw malformed("a message of " + length + " bytes");
    }
  }
}
