package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Bytes in: a value that comes back as the same bytes, or a clear refusal. Keys, values as they lie
 * in a map, and values as they travel.
 */
class CodecTest {
  private static final int ROUNDS = 20_000;
  private static final Duration LONGEST = Duration.ofMillis(Carried.MOST_MILLIS);

  private final long seed = System.nanoTime();
  private final RandomGenerator random = new Random(seed);

  @Test
  void any56BytesAreAValueAndComeBack() {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = bytes(CtValue.LENGTH);

      assertThat(CtValue.decode(bytes).encode()).as("seed %d", seed).isEqualTo(bytes);
    }
  }

  @Test
  void anotherLengthIsNoValue() {
    for (int length = 0; length < 2 * CtValue.LENGTH; length++) {
      byte[] bytes = bytes(length);
      if (length != CtValue.LENGTH) {
        assertThatThrownBy(() -> CtValue.decode(bytes))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("a value of %d bytes; entries have 56", length);
      }
    }
  }

  /** An IPv4 address leaves 12 of the 16 bytes empty. */
  @Test
  void anyTranslatedAddressComesBack() throws RefusedEntryException {
    RandomCarried any = new RandomCarried(random);
    for (int i = 0; i < ROUNDS; i++) {
      CtKey key = any.key();
      NatAddress nat = new NatAddress(key.source(), random.nextInt(1 << 16));
      CtValue value =
          new CtValue(nat.first(), nat.second(), 0, 0, 0, 0, 0, nat.port(), 0, 0, 0, 0, 0);

      CtValue stored = CtValue.decode(value.encode());

      assertThat(NatAddress.of(stored, key.family())).as("seed %d", seed).isEqualTo(nat);
    }
  }

  @Test
  void anyBytesAreReadOrNamedForeign() {
    CarriedReader reader = new CarriedReader();
    RandomCarried any = new RandomCarried(random);
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      CtKey key = any.key();
      byte[] value = damaged(CarriedCodec.value(any.carriedUnder(key)));
      Entry entry = Entry.of(key.encode(), value);
      try {
        assertThat(reader.lifetime(entry)).as("seed %d", seed).isBetween(Duration.ZERO, LONGEST);
        // Only what is significant is, so reading it again changes nothing.
        Entry significant = Entry.of(entry.key(), reader.significant(entry));
        assertThat(reader.significant(significant))
            .as("seed %d", seed)
            .isEqualTo(significant.value());
        read++;
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("no entry of " + CarriedLayout.FORMAT);
      }
    }
    assertThat(read).as("some damage is only another value").isPositive();
  }

  @Test
  void theFieldsOfAnExampleAreFound() {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
    CtValue value = Examples.SERVICE.value();

    assertThat(value.second()).isEqualTo(37);
    assertThat(value.lifetime()).isEqualTo(108_000);
    assertThat(value.flags()).isEqualTo(CtFlags.SEEN_NON_SYN);
    assertThat(value.revNat()).isEqualTo(5);
    assertThat(value.lastTransmitReport()).isEqualTo(99_997);
    assertThat(Examples.FRONTEND.value().extra()).isEqualTo(30080);
    assertThat(Examples.OUT.value().identity()).isEqualTo(1234);
    assertThat(Examples.OUT.key().sourcePort()).isEqualTo(40000);
    assertThat(Examples.OUT.key().ends().initiator()).isEqualTo(Bytes.address("10.244.1.10"));
    assertThat(Examples.SERVICE.key().ends().initiator()).isEqualTo(Bytes.address("10.244.1.10"));
  }

  @Test
  void anyBytesAreAKeyThatComesBackOrAreRefused() {
    int taken = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Family family = random.nextBoolean() ? Family.IPV4 : Family.IPV6;
      int length = random.nextInt(4) == 0 ? 1 + random.nextInt(60) : family.keyLength();
      byte[] bytes = bytes(length);
      bytes[length - 1] = (byte) random.nextInt(7);
      try {
        CtKey key = CtKey.decode(EntryKey.of(bytes));
        assertThat(key.encode().bytes()).as("seed %d", seed).isEqualTo(bytes);
        taken++;
      } catch (RefusedEntryException e) {
        assertThat(e.reason()).isEqualTo(RefusalReason.MALFORMED);
      }
    }
    assertThat(taken).isGreaterThan(ROUNDS / 4);
  }

  @Test
  void anIpv4AddressWrittenAsIpv6IsRefused() {
    byte[] bytes = new byte[Family.IPV6.keyLength()];
    bytes[10] = -1;
    bytes[11] = -1;

    assertThatThrownBy(() -> CtKey.decode(EntryKey.of(bytes)))
        .isInstanceOf(RefusedEntryException.class)
        .hasMessage("an IPv4 address in an IPv6 entry");
  }

  @Test
  void whateverTravelsComesBack() throws RefusedEntryException {
    RandomCarried any = new RandomCarried(random);
    for (int i = 0; i < ROUNDS; i++) {
      CtKey key = any.key();
      Carried carried = any.carriedUnder(key);

      Entry entry = CarriedCodec.encode(key, carried);

      assertThat(CtKey.decode(entry.key())).as("seed %d", seed).isEqualTo(key);
      assertThat(CarriedCodec.decode(key, entry.value())).as("seed %d", seed).isEqualTo(carried);
    }
  }

  @Test
  void anyBytesThatTravelComeBackOrAreRefused() {
    RandomCarried any = new RandomCarried(random);
    int taken = 0;
    for (int i = 0; i < ROUNDS; i++) {
      CtKey key = any.key();
      byte[] value =
          random.nextBoolean()
              ? bytes(random.nextInt(80))
              : damaged(CarriedCodec.value(any.carriedUnder(key)));
      try {
        Carried carried = CarriedCodec.decode(key, value);
        assertThat(CarriedCodec.value(carried)).as("seed %d", seed).isEqualTo(value);
        taken++;
      } catch (RefusedEntryException e) {
        assertThat(e.reason()).isEqualTo(RefusalReason.MALFORMED);
      }
    }
    assertThat(taken).as("some damage is only another value").isPositive();
  }

  /** One byte changed, cut off or added. */
  private byte[] damaged(byte[] value) {
    int length = value.length + random.nextInt(3) - 1;
    byte[] damaged = Arrays.copyOf(value, length);
    damaged[random.nextInt(length)] = (byte) random.nextInt(256);
    return damaged;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
