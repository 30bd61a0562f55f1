package io.conntracksync.node.table;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * A fake: reads values of the shape {@code significant (3) · lifetime u16 s · translated address
 * (4)}, of which the last two may be missing; then it is an hour, and no translation.
 */
final class FakeEntryReader implements EntryReader {
  private static final int SIGNIFICANT = 3;
  private static final int WITH_LIFETIME = 5;

  static final byte CLOSING = 99;
  private static final int WITH_TRANSLATION = 9;

  /** That flow with such a value. */
  static Entry entry(Entry flow, int version, int lifetimeSeconds) {
    byte[] value =
        ByteBuffer.allocate(WITH_LIFETIME)
            .put(new byte[] {1, 2, (byte) version})
            .putShort((short) lifetimeSeconds)
            .array();
    return Entry.of(flow.key(), value);
  }

  static Entry translated(Entry flow, String address) {
    byte[] value =
        ByteBuffer.allocate(WITH_TRANSLATION)
            .put(entry(flow, 3, 600).value())
            .put(FakeTable.address(address).getAddress())
            .array();
    return Entry.of(flow.key(), value);
  }

  @Override
  public byte[] significant(Entry entry) {
    byte[] value = entry.value();
    return Arrays.copyOf(value, Math.min(SIGNIFICANT, value.length));
  }

  @Override
  public Duration lifetime(Entry entry) {
    byte[] value = entry.value();
    return value.length < WITH_LIFETIME
        ? Duration.ofHours(1)
        : Duration.ofSeconds(ByteBuffer.wrap(value).getShort(SIGNIFICANT));
  }

  /** Only the lifetime of those that show one passes. */
  @Override
  public Optional<Entry> later(Entry entry, Duration elapsed) {
    Duration left = lifetime(entry).minus(elapsed);
    if (left.isNegative() || left.isZero()) {
      return Optional.empty();
    }
    byte[] value = entry.value();
    return Optional.of(
        value.length < WITH_LIFETIME
            ? entry
            : Entry.of(
                entry.key(),
                ByteBuffer.wrap(value).putShort(SIGNIFICANT, (short) left.toSeconds()).array()));
  }

  /** A version of {@value #CLOSING} is a flow that closes. */
  @Override
  public boolean mayEndEarly(Entry entry) {
    byte[] value = entry.value();
    return value.length >= SIGNIFICANT && value[SIGNIFICANT - 1] == CLOSING;
  }

  @Override
  public Optional<InetAddress> translatedInitiator(Entry entry) {
    byte[] value = entry.value();
    if (value.length < WITH_TRANSLATION) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          InetAddress.getByAddress(Arrays.copyOfRange(value, WITH_LIFETIME, WITH_TRANSLATION)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
