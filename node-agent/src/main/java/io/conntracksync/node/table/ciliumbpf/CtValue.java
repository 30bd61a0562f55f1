package io.conntracksync.node.table.ciliumbpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The value of an entry as it lies in a map: 56 bytes, in the machine's own byte order unless said.
 * Every 56 bytes are such a value and come back the same. What the first fields hold depends on the
 * {@link Generation} and the kind of the entry.
 *
 * @param first 8 bytes: counter, nothing, or the first half of the NAT address
 * @param second 8 bytes: counter, backend id, or the second half of the NAT address
 * @param lifetime until when it lives, in the units of the node's clock; unsigned
 * @param flags see {@link CtFlags}
 * @param revNat id of the service, big-endian in the map
 * @param extra interface index, nothing, or the NAT port: as a big-endian number
 * @param transmitted TCP flags seen from the initiator
 * @param received TCP flags seen from the responder
 * @param identity security identity of the initiator
 */
record CtValue(
    long first,
    long second,
    long packets,
    long bytes,
    int lifetime,
    int flags,
    int revNat,
    int extra,
    int transmitted,
    int received,
    int identity,
    int lastTransmitReport,
    int lastReceiveReport) {
  static final int LENGTH = 56;

  private static final int SECOND = 8;
  private static final int PACKETS = 16;
  private static final int BYTES = 24;
  static final int LIFETIME = 32;
  private static final int FLAGS = 36;
  private static final int REV_NAT = 38;
  private static final int EXTRA = 40;
  private static final int TRANSMITTED = 42;
  private static final int RECEIVED = 43;
  private static final int IDENTITY = 44;
  private static final int TRANSMIT_REPORT = 48;
  private static final int RECEIVE_REPORT = 52;

  /** Throws {@link IllegalArgumentException} when these are not 56 bytes. */
  static CtValue decode(byte[] value) {
    if (value.length != LENGTH) {
      throw new IllegalArgumentException(
          "a value of %d bytes; entries have %d".formatted(value.length, LENGTH));
    }
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    ByteBuffer network = ByteBuffer.wrap(value);
    return new CtValue(
        in.getLong(0),
        in.getLong(SECOND),
        in.getLong(PACKETS),
        in.getLong(BYTES),
        in.getInt(LIFETIME),
        in.getShort(FLAGS) & 0xffff,
        network.getShort(REV_NAT) & 0xffff,
        network.getShort(EXTRA) & 0xffff,
        in.get(TRANSMITTED) & 0xff,
        in.get(RECEIVED) & 0xff,
        in.getInt(IDENTITY),
        in.getInt(TRANSMIT_REPORT),
        in.getInt(RECEIVE_REPORT));
  }

  /**
   * The same as news of an entry that is there: what is not carried stays as this node has it.
   * Counters that share their place with something carried begin anew.
   */
  CtValue over(CtValue present, Generation generation) {
    int own = CtFlags.ownOf(generation);
    return new CtValue(
        first,
        second,
        present.packets,
        present.bytes,
        lifetime,
        (flags & ~own) | (present.flags & own),
        revNat,
        generation.holdsNat() ? extra : present.extra,
        transmitted,
        received,
        identity,
        present.lastTransmitReport,
        present.lastReceiveReport);
  }

  byte[] encode() {
    byte[] value = new byte[LENGTH];
    ByteBuffer.wrap(value)
        .order(ByteOrder.nativeOrder())
        .putLong(0, first)
        .putLong(SECOND, second)
        .putLong(PACKETS, packets)
        .putLong(BYTES, bytes)
        .putInt(LIFETIME, lifetime)
        .putShort(FLAGS, (short) flags)
        .put(TRANSMITTED, (byte) transmitted)
        .put(RECEIVED, (byte) received)
        .putInt(IDENTITY, identity)
        .putInt(TRANSMIT_REPORT, lastTransmitReport)
        .putInt(RECEIVE_REPORT, lastReceiveReport);
    ByteBuffer.wrap(value).putShort(REV_NAT, (short) revNat).putShort(EXTRA, (short) extra);
    return value;
  }
}
