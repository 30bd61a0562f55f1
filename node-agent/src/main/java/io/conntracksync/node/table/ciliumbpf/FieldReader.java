package io.conntracksync.node.table.ciliumbpf;

import java.nio.ByteBuffer;

/** Reads big-endian fields from bytes that may end anywhere: what is not there is refused. */
final class FieldReader {
  private final ByteBuffer in;

  FieldReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  int u8() throws RefusedEntryException {
    return need(Byte.BYTES).get() & 0xff;
  }

  int u16() throws RefusedEntryException {
    return need(Short.BYTES).getShort() & 0xffff;
  }

  int u32() throws RefusedEntryException {
    return need(Integer.BYTES).getInt();
  }

  byte[] bytes(int length) throws RefusedEntryException {
    need(length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  void expectEnd() throws RefusedEntryException {
    if (in.hasRemaining()) {
      throw RefusedEntryException.malformed(in.remaining() + " bytes too many");
    }
  }

  private ByteBuffer need(int length) throws RefusedEntryException {
    if (in.remaining() < length) {
      throw RefusedEntryException.malformed("ends " + (length - in.remaining()) + " bytes early");
    }
    return in;
  }
}
