package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Entry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CarriedEntryReaderTest {
  private static final String UDP_OUT = Examples.OUT.replace(" 06 ", " 11 ");

  private final CarriedEntryReader reader = new CarriedEntryReader();

  @Test
  void timePassesUntilItIsOver() {
    Entry entry = entry(Examples.OUT, FlowBits.SEEN_NON_SYN, 0);

    assertThat(reader.later(entry, Duration.ofSeconds(20)).map(reader::lifetime))
        .contains(Duration.ofSeconds(40));
    assertThat(reader.later(entry, Duration.ofSeconds(60))).isEmpty();
    assertThat(reader.later(entry, Duration.ofSeconds(-5))).contains(entry);
  }

  @Test
  void whatIsClosingOrHalfOpenMayEndEarly() {
    int established = FlowBits.SEEN_NON_SYN;

    assertThat(reader.mayEndEarly(entry(Examples.OUT, established, 0))).isFalse();
    assertThat(reader.mayEndEarly(entry(Examples.OUT, established | FlowBits.RX_CLOSING, 0)))
        .isTrue();
    assertThat(reader.mayEndEarly(entry(Examples.OUT, established | FlowBits.TX_CLOSING, 0)))
        .isTrue();
    assertThat(reader.mayEndEarly(entry(Examples.OUT, 0, 0))).isTrue();
  }

  @Test
  void onlyDatagramsLoseTheirBackend() {
    assertThat(reader.mayEndEarly(entry(UDP_OUT, 0, 0))).isFalse();
    assertThat(reader.mayEndEarly(entry(UDP_OUT, 0, 5))).isTrue();
    assertThat(reader.mayEndEarly(entry(Examples.TO_BACKEND, FlowBits.SEEN_NON_SYN, 5))).isFalse();
  }

  private static Entry entry(String key, int bits, int revNat) {
    byte[] digits = HexFormat.of().parseHex(key.replace(" ", ""));
    CarriedRecord own =
        new CarriedRecord(
            RecordKey.read(ByteBuffer.wrap(digits)), 0, 60_000, bits, revNat, 0, 0, 2);
    return CarriedFlowCodec.encode(new CarriedFlow(own, Optional.empty()));
  }
}
