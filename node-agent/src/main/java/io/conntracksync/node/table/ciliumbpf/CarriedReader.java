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

  /** Never known: where the initiator is masqueraded stands in another map of Cilium's. */
  @Override
  public Optional<InetAddress> translatedInitiator(Entry entry) {
    return Optional.empty();
  }

  private static Carried decode(Entry entry) {
    try {
      return CarriedCodec.decode(CtKey.decode(entry.key()), entry.value());
    } catch (RefusedEntryException e) {
      throw new IllegalArgumentException("no entry of " + CarriedLayout.FORMAT + ": " + entry, e);
    }
  }
}
