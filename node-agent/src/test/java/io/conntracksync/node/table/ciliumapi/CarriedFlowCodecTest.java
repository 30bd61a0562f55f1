package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CarriedFlowCodecTest {
  private static final int ROUNDS = 5000;

  @Test
  void everyFlowOfAnExportComesOutAsItWentIn() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int withService = 0;
    for (int round = 0; round < ROUNDS; round++) {
      // Few ids and kinds, so that services and connections find each other.
      List<ApiRecord> exported = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        byte[] bytes = Examples.random(random, ApiRecord.LENGTH);
        bytes[12] = (byte) (random.nextBoolean() ? 6 : 17);
        bytes[13] = (byte) random.nextInt(5);
        bytes[52] = 0;
        bytes[53] = (byte) random.nextInt(3);
        exported.addAll(ApiRecord.readAll(bytes));
      }
      for (CarriedFlow flow : CarriedFlow.of(exported, ClockUnit.SECONDS)) {
        withService += flow.service().isPresent() ? 1 : 0;

        Optional<CarriedFlow> decoded = CarriedFlowCodec.decode(CarriedFlowCodec.encode(flow));

        assertThat(decoded).as("seed %d", seed).contains(flow);
      }
    }
    assertThat(withService).isPositive();
  }

  @Test
  void anyBytesAreAFlowThatEncodesBackToThemOrNone() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int understood = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Entry entry = Entry.of(EntryKey.of(key(random)), value(random));

      Optional<CarriedFlow> decoded = CarriedFlowCodec.decode(entry);

      decoded.ifPresent(
          flow -> assertThat(CarriedFlowCodec.encode(flow)).as("seed %d", seed).isEqualTo(entry));
      understood += decoded.isPresent() ? 1 : 0;
    }
    assertThat(understood).isBetween(1, ROUNDS - 1);
  }

  @Test
  void aServiceOfAnotherIdOrOfNoUseIsNoFlow() {
    ApiRecord service = record(new Random(1), 6, RecordKey.SERVICE, 5);
    ApiRecord connection = record(new Random(2), 6, 0, 5);
    CarriedRecord carriedService = CarriedRecord.of(service, ClockUnit.SECONDS).orElseThrow();
    CarriedRecord own = CarriedRecord.of(connection, ClockUnit.SECONDS).orElseThrow();
    CarriedRecord otherId =
        CarriedRecord.of(record(new Random(1), 6, RecordKey.SERVICE, 6), ClockUnit.SECONDS)
            .orElseThrow();
    CarriedRecord otherMap =
        CarriedRecord.of(record(new Random(1), 17, RecordKey.SERVICE, 5), ClockUnit.SECONDS)
            .orElseThrow();

    assertThat(decoded(own, carriedService)).isPresent();
    assertThat(decoded(own, otherId)).isEmpty();
    assertThat(decoded(own, otherMap)).isEmpty();
    assertThat(decoded(carriedService, carriedService)).isEmpty();
  }

  private static Optional<CarriedFlow> decoded(CarriedRecord own, CarriedRecord service) {
    return CarriedFlowCodec.decode(
        CarriedFlowCodec.encode(new CarriedFlow(own, Optional.of(service))));
  }

  private static ApiRecord record(Random random, int protocol, int flags, int revNat) {
    byte[] bytes = Examples.random(random, ApiRecord.LENGTH);
    bytes[12] = (byte) protocol;
    bytes[13] = (byte) flags;
    ByteBuffer.wrap(bytes).putShort(50, (short) 0x1000).putShort(52, (short) revNat);
    return ApiRecord.readAll(bytes).get(0);
  }

  private static byte[] key(Random random) {
    return Examples.random(random, random.nextInt(8) == 0 ? 1 + random.nextInt(40) : 14);
  }

  private static byte[] value(Random random) {
    byte[] bytes =
        switch (random.nextInt(4)) {
          case 0 -> Examples.random(random, random.nextInt(100));
          case 1 -> Examples.random(random, 58);
          default -> Examples.random(random, 22);
        };
    if (random.nextBoolean() && bytes.length >= 8) {
      ByteBuffer.wrap(bytes).putLong(0, 0);
    }
    return bytes;
  }
}
