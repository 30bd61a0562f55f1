package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Entry;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CarriedReaderTest {
  private static final CtKey UDP = Bytes.key("0af4010a c0000250 0035 9c40 11 00");
  private static final ServiceName SERVICE =
      new ServiceName(Bytes.address("10.96.0.10"), 53, Protocol.ANY, ServiceName.EXTERNAL);

  private final CarriedReader reader = new CarriedReader();

  @Test
  void timeTakesFromTheLifeAndFromNothingElse() {
    Entry entry = entry(Examples.OUT.key(), CtFlags.SEEN_NON_SYN);

    Entry later = reader.later(entry, Duration.ofMillis(1500)).orElseThrow();

    assertThat(reader.lifetime(later)).hasMillis(8_500);
    assertThat(later.key()).isEqualTo(entry.key());
    assertThat(reader.significant(later)).isEqualTo(reader.significant(entry));
    assertThat(reader.later(entry, Duration.ofMillis(-1))).contains(entry);
  }

  @Test
  void whatHasRunOutIsNoLonger() {
    Entry entry = entry(Examples.OUT.key(), CtFlags.SEEN_NON_SYN);

    assertThat(reader.later(entry, Duration.ofMillis(9_999))).isPresent();
    assertThat(reader.later(entry, Duration.ofSeconds(10))).isEmpty();
  }

  @Test
  void aConnectionMayEndEarlyWhileItClosesOrOpens() {
    assertThat(mayEndEarly(Examples.OUT.key(), CtFlags.SEEN_NON_SYN)).isFalse();
    assertThat(mayEndEarly(Examples.OUT.key(), CtFlags.SEEN_NON_SYN | CtFlags.RX_CLOSING)).isTrue();
    assertThat(mayEndEarly(Examples.OUT.key(), CtFlags.SEEN_NON_SYN | CtFlags.TX_CLOSING)).isTrue();
    assertThat(mayEndEarly(Examples.OUT.key(), 0)).isTrue();
  }

  @Test
  void datagramsToAServiceMayEndEarly() {
    Meaning toService = new Meaning(Optional.of(SERVICE), Optional.empty(), Meaning.Names.COMPLETE);

    assertThat(mayEndEarly(UDP, 0)).isFalse();
    assertThat(reader.mayEndEarly(entry(UDP, 0, toService))).isTrue();
    assertThat(reader.mayEndEarly(entry(Examples.OUT.key(), CtFlags.SEEN_NON_SYN, toService)))
        .isFalse();
  }

  private boolean mayEndEarly(CtKey key, int flags) {
    return reader.mayEndEarly(entry(key, flags));
  }

  private static Entry entry(CtKey key, int flags) {
    return entry(key, flags, Meaning.NONE);
  }

  private static Entry entry(CtKey key, int flags, Meaning meaning) {
    return CarriedCodec.encode(
        key, new Carried(10_000, flags, 0x1a, 0x1a, Identity.of(1234), meaning, Optional.empty()));
  }
}
