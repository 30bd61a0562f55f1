package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ApiRecordTest {
  private static final int ROUNDS = 2000;

  @Test
  void readsWhatCiliumWrites() {
    byte[] bytes = HexFormat.of().parseHex(Examples.OUT_RECORD.replace(" ", ""));

    List<ApiRecord> records = ApiRecord.readAll(bytes);

    assertThat(records).hasSize(1);
    ApiRecord record = records.get(0);
    assertThat(record.key().daddr()).isEqualTo(Examples.VM);
    assertThat(record.key().saddr()).isEqualTo(Examples.address("192.0.2.80"));
    assertThat(record.key().dport()).isEqualTo(443);
    assertThat(record.key().sport()).isEqualTo(40000);
    assertThat(record.key().protocol()).isEqualTo(6);
    assertThat(record.unitsLeft()).isEqualTo(8000);
    assertThat(record.bits()).isEqualTo(FlowBits.SEEN_NON_SYN);
    assertThat(record.identity()).isEqualTo(1234);
    assertThat(record.lastRx()).isEqualTo(99997);
  }

  @Test
  void theIdOfAServiceIsBigEndianAndTheBackendIsNot() {
    String record =
        Examples.SERVICE
            + Examples.SERVICE_VALUE.replace("e0a50100 1000 0005 0000", "401f0000 1000 0005");

    ApiRecord read = ApiRecord.readAll(HexFormat.of().parseHex(record.replace(" ", ""))).get(0);

    assertThat(read.revNat()).isEqualTo(5);
    assertThat(read.backend()).isEqualTo(37);
    assertThat(read.key().isService()).isTrue();
    assertThat(read.key().ends().initiator()).isEqualTo(Examples.VM);
  }

  @Test
  void anyBytesOfWholeRecordsComeOutAsTheyWentIn() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = Examples.random(random, random.nextInt(4) * ApiRecord.LENGTH);

      assertThat(ApiRecord.writeAll(ApiRecord.readAll(bytes))).as("seed %d", seed).isEqualTo(bytes);
    }
  }

  @Test
  void anyOtherLengthIsRefused() {
    for (int length = 1; length < 2 * ApiRecord.LENGTH; length++) {
      byte[] bytes = new byte[length];
      if (length != ApiRecord.LENGTH) {
        assertThatThrownBy(() -> ApiRecord.readAll(bytes))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("no whole number of records");
      }
    }
  }
}
