package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryReader;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Reads this table's own entries; throws {@link IllegalArgumentException} at any other. */
final class CarriedEntryReader implements EntryReader {
  private static final int TIME_LEFT = 8;

  /**
   * The record but for its time left, and whether there is a service beside it: which connection
   * that one is taken from, and how it fares, changes nothing.
   */
  @Override
  public byte[] significant(Entry entry) {
    CarriedFlow flow = decode(entry);
    CarriedFlow alone = new CarriedFlow(flow.own(), Optional.empty());
    byte[] value = CarriedFlowCodec.encode(alone).value();
    return ByteBuffer.allocate(value.length + 1)
        .put(value)
        .putInt(TIME_LEFT, 0)
        .put((byte) (flow.service().isPresent() ? 1 : 0))
        .array();
  }

  @Override
  public Duration lifetime(Entry entry) {
    return Duration.ofMillis(decode(entry).own().millisLeft());
  }

  @Override
  public Optional<Entry> later(Entry entry, Duration elapsed) {
    CarriedFlow flow = decode(entry);
    long left = flow.own().millisLeft() - Math.max(0, elapsed.toMillis());
    return left <= 0
        ? Optional.empty()
        : Optional.of(CarriedFlowCodec.encode(flow.withMillis(left)));
  }

  /**
   * Cilium ends a connection of which it saw nothing but its opening sooner than it said, and
   * datagrams to a service whose backend has gone are better off with a new choice.
   */
  @Override
  public boolean mayEndEarly(Entry entry) {
    CarriedRecord record = decode(entry).own();
    if (record.key().isTcp()) {
      return FlowBits.anyOf(record.bits(), FlowBits.RX_CLOSING | FlowBits.TX_CLOSING)
          || !FlowBits.anyOf(record.bits(), FlowBits.SEEN_NON_SYN);
    }
    return record.revNat() != 0;
  }

  /** Cilium translates sources in another map, whose entries do not move. */
  @Override
  public Optional<InetAddress> translatedInitiator(Entry entry) {
    return Optional.empty();
  }

  private static CarriedFlow decode(Entry entry) {
    return CarriedFlowCodec.decode(entry)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no entry of " + CarriedFlowCodec.FORMAT + ": " + entry));
  }
}
