package io.conntracksync.node.table.ciliumapi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A record of version 1 of the API: {@value #LENGTH} bytes, a {@link RecordKey} and the value of
 * Cilium's map with the time left in place of the end, without what is of no use elsewhere.
 * Integers are little-endian, {@code revNat} alone is big-endian. Records stand back to back,
 * without header, count or end. Source: facts/cilium.md, 1.4.
 *
 * @param head value bytes 0 to 7: nothing, a counter or an address, as the version of Cilium has it
 * @param backend for a service the id of the backend, which is this node's own
 * @param packets a counter; up to 1.15 of packets sent
 * @param bytes a counter
 * @param unitsLeft the time left in units of the exporter's clock, unsigned
 * @param bits what has been seen of the flow, see {@link FlowBits}
 * @param revNat the id of the service, which is this node's own; 0 for none
 * @param identity of the peer
 * @param lastTx when a packet was reported last, in the exporter's clock
 * @param lastRx the same
 */
record ApiRecord(
    RecordKey key,
    long head,
    long backend,
    long packets,
    long bytes,
    int unitsLeft,
    int bits,
    int revNat,
    int txFlags,
    int rxFlags,
    int identity,
    int lastTx,
    int lastRx) {
  static final int LENGTH = 68;

  /** All records of these bytes, whose number must be a multiple of a record's. */
  static List<ApiRecord> readAll(byte[] bytes) {
    if (bytes.length % LENGTH != 0) {
      throw new IllegalArgumentException(
          bytes.length + " bytes are no whole number of records of " + LENGTH);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<ApiRecord> records = new ArrayList<>(bytes.length / LENGTH);
    while (in.hasRemaining()) {
      records.add(read(in));
    }
    return records;
  }

  static byte[] writeAll(List<ApiRecord> records) {
    ByteBuffer out = ByteBuffer.allocate(records.size() * LENGTH);
    records.forEach(record -> record.write(out));
    return out.array();
  }

  private static ApiRecord read(ByteBuffer from) {
    RecordKey key = RecordKey.read(from);
    ByteBuffer in = from.order(ByteOrder.LITTLE_ENDIAN);
    return new ApiRecord(
        key,
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getInt(),
        Short.toUnsignedInt(in.getShort()),
        Short.toUnsignedInt(Short.reverseBytes(in.getShort())),
        Byte.toUnsignedInt(in.get()),
        Byte.toUnsignedInt(in.get()),
        in.getInt(),
        in.getInt(),
        in.getInt());
  }

  private void write(ByteBuffer to) {
    key.write(to);
    to.order(ByteOrder.LITTLE_ENDIAN)
        .putLong(head)
        .putLong(backend)
        .putLong(packets)
        .putLong(bytes)
        .putInt(unitsLeft)
        .putShort((short) bits)
        .putShort(Short.reverseBytes((short) revNat))
        .put((byte) txFlags)
        .put((byte) rxFlags)
        .putInt(identity)
        .putInt(lastTx)
        .putInt(lastRx);
  }

  /** The same with no time left. */
  ApiRecord expired() {
    return new ApiRecord(
        key, head, backend, packets, bytes, 0, bits, revNat, txFlags, rxFlags, identity, lastTx,
        lastRx);
  }

  /** The same with another node's id of the service. */
  ApiRecord withRevNat(int id) {
    return new ApiRecord(
        key, head, backend, packets, bytes, unitsLeft, bits, id, txFlags, rxFlags, identity, lastTx,
        lastRx);
  }
}
