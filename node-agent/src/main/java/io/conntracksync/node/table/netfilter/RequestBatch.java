package io.conntracksync.node.table.netfilter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Requests that go to the kernel in one datagram. Each is handled by itself; there is no
 * transaction. Failures are always answered, success only where it is asked for: only the last
 * request needs to ask, which is enough to know that all were read.
 */
final class RequestBatch {
  /** So that the answers of a batch fit into the receive buffer even if all fail. */
  static final int MAX_REQUESTS = 128;

  /** More than the longest request: IPv6, both NATs, a master and everything else. */
  private static final int REQUEST_ROOM = 1024;

  private final ByteBuffer out =
      ByteBuffer.allocateDirect(MAX_REQUESTS * REQUEST_ROOM).order(ByteOrder.nativeOrder());
  private final AttributeWriter attributes = new AttributeWriter(out);

  private int firstSequence;
  private int size;
  private int start;

  /** Empties the batch; its requests are numbered from there. */
  RequestBatch clear(int sequence) {
    out.clear();
    firstSequence = sequence;
    size = 0;
    return this;
  }

  AttributeWriter begin(int type, int flags, Family family) {
    return begin(type, flags, family.number(), Nfnetlink.VERSION_0);
  }

  AttributeWriter begin(int type, int flags, int family, int version) {
    if (size == MAX_REQUESTS) {
      throw new IllegalStateException("a batch holds at most " + MAX_REQUESTS + " requests");
    }
    start = out.position();
    out.putInt(0).putShort((short) type).putShort((short) flags);
    out.putInt(firstSequence + size).putInt(0);
    out.put((byte) family).put((byte) version).putShort((short) 0);
    return attributes;
  }

  /** Ends the request that was begun last. */
  void end() {
    out.putInt(start, out.position() - start);
    size++;
  }

  int size() {
    return size;
  }

  /** Which request a sequence number belongs to, counted from 0; negative if to none. */
  int indexOf(int sequence) {
    int index = sequence - firstSequence;
    return index >= 0 && index < size ? index : -1;
  }

  /** Makes the kernel answer the last request also when it succeeds. Not for a dump. */
  RequestBatch askForAnswer() {
    int flagsAt = start + Nfnetlink.FLAGS_AT;
    out.putShort(flagsAt, (short) (out.getShort(flagsAt) | Nfnetlink.ACK));
    return this;
  }

  /** What to send. */
  ByteBuffer datagram() {
    return out.duplicate().order(ByteOrder.nativeOrder()).flip();
  }
}
