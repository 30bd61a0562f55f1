package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryReader;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/** Reads this table's own entries; throws {@link IllegalArgumentException} at any other. */
final class CarriedReader implements EntryReader {
  /** Everything but the time left. Counters and times of reports are not carried at all. */
  @Override
  public byte[] significant(Entry entry) {
    return CarriedCodec.value(decode(entry).withLeftMillis(0));
  }

  @Override
  public Duration lifetime(Entry entry) {
    return Duration.ofMillis(decode(entry).leftMillis());
  }

  @Override
  public Optional<Entry> later(Entry entry, Duration elapsed) {
    Carried carried = decode(entry);
    long left = carried.leftMillis() - Math.max(0, elapsed.toMillis());
    return left <= 0
        ? Optional.empty()
        : Optional.of(Entry.of(entry.key(), CarriedCodec.value(carried.withLeftMillis(left))));
  }

  /**
   * A TCP connection that is being closed, or of which nothing but SYNs was seen. A datagram flow
   * to a service: Cilium drops it when its backend goes. Maps tell no changes, so a connection that
   * is closed and collected between two looks was never seen closing; this cannot know.
   */
  @Override
  public boolean mayEndEarly(Entry entry) {
    Carried carried = decode(entry);
    if (decodeKey(entry).protocol() == Protocol.TCP) {
      return (carried.flags() & CtFlags.CLOSED) != 0
          || (carried.flags() & CtFlags.SEEN_NON_SYN) == 0;
    }
    return carried.meaning().service().isPresent();
  }

  /** Never known: where the initiator is masqueraded stands in another map of Cilium's. */
  @Override
  public Optional<InetAddress> translatedInitiator(Entry entry) {
    return Optional.empty();
  }

  private static Carried decode(Entry entry) {
    try {
      return CarriedCodec.decode(decodeKey(entry), entry.value());
    } catch (RefusedEntryException e) {
      throw foreign(entry, e);
    }
  }

  private static CtKey decodeKey(Entry entry) {
    try {
      return CtKey.decode(entry.key());
    } catch (RefusedEntryException e) {
      throw foreign(entry, e);
    }
  }

  private static IllegalArgumentException foreign(Entry entry, RefusedEntryException cause) {
    return new IllegalArgumentException(
        "no entry of " + CarriedLayout.FORMAT + ": " + entry, cause);
  }
}
