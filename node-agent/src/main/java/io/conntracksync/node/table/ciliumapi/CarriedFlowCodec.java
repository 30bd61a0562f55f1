package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.TableFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A {@link CarriedFlow} as the bytes of an {@link Entry}, integers big-endian and unsigned, nothing
 * padded; each flow has exactly one encoding.
 *
 * <pre>
 * key      as in Cilium's map, see {@link RecordKey}
 * value    rest of the record, and of the service, if there is one: its key, its rest
 * rest     backend u64 · milliseconds left u32 · bits u16 · service id u16 · TCP flags sent u8,
 *          received u8 · identity u32
 * </pre>
 *
 * Any change of this is a new layout.
 */
final class CarriedFlowCodec {
  static final TableFormat FORMAT = new TableFormat("cilium-api", "records/1");

  private static final int REST = 22;
  private static final int ALONE = REST;
  private static final int WITH_SERVICE = REST + RecordKey.LENGTH + REST;

  private CarriedFlowCodec() {}

  static Entry encode(CarriedFlow flow) {
    return Entry.of(encode(flow.own().key()), value(flow));
  }

  static EntryKey encode(RecordKey key) {
    ByteBuffer out = ByteBuffer.allocate(RecordKey.LENGTH);
    key.write(out);
    return EntryKey.of(out.array());
  }

  /** Empty when the bytes are no such flow. */
  static Optional<CarriedFlow> decode(Entry entry) {
    byte[] value = entry.value();
    Optional<RecordKey> key = decode(entry.key());
    if (key.isEmpty() || (value.length != ALONE && value.length != WITH_SERVICE)) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    CarriedRecord own = readRest(key.get(), in);
    Optional<CarriedRecord> service =
        in.hasRemaining() ? Optional.of(readRest(RecordKey.read(in), in)) : Optional.empty();
    return isSound(own, service) ? Optional.of(new CarriedFlow(own, service)) : Optional.empty();
  }

  /** Empty when the bytes are no such key. */
  static Optional<RecordKey> decode(EntryKey key) {
    byte[] bytes = key.bytes();
    return bytes.length == RecordKey.LENGTH
        ? Optional.of(RecordKey.read(ByteBuffer.wrap(bytes)))
        : Optional.empty();
  }

  private static boolean isSound(CarriedRecord own, Optional<CarriedRecord> service) {
    boolean hasBackend = own.backend() != 0 && !own.key().isService();
    return !hasBackend
        && (service.isEmpty() || (own.needsService() && service.get().explains(own)));
  }

  private static byte[] value(CarriedFlow flow) {
    ByteBuffer out = ByteBuffer.allocate(flow.service().isPresent() ? WITH_SERVICE : ALONE);
    writeRest(flow.own(), out);
    flow.service()
        .ifPresent(
            service -> {
              service.key().write(out);
              writeRest(service, out);
            });
    return out.array();
  }

  private static void writeRest(CarriedRecord record, ByteBuffer out) {
    out.order(ByteOrder.BIG_ENDIAN)
        .putLong(record.backend())
        .putInt((int) record.millisLeft())
        .putShort((short) record.bits())
        .putShort((short) record.revNat())
        .put((byte) record.txFlags())
        .put((byte) record.rxFlags())
        .putInt(record.identity());
  }

  private static CarriedRecord readRest(RecordKey key, ByteBuffer in) {
    in.order(ByteOrder.BIG_ENDIAN);
    return new CarriedRecord(
        key,
        in.getLong(),
        Integer.toUnsignedLong(in.getInt()),
        Short.toUnsignedInt(in.getShort()),
        Short.toUnsignedInt(in.getShort()),
        Byte.toUnsignedInt(in.get()),
        Byte.toUnsignedInt(in.get()),
        in.getInt());
  }
}
