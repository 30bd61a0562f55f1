package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CarriedFlowTest {
  private static final int ROUNDS = 5000;

  @Test
  void whatMeansNothingElsewhereIsLeftBehind() {
    ApiRecord exported = new ApiRecord(out(), 11, 12, 13, 14, 60, 0x10, 0, 1, 2, 0x0100_0004, 7, 8);

    ApiRecord imported = carried(exported).own().toRecord(ClockUnit.SECONDS);

    assertThat(imported).isEqualTo(new ApiRecord(out(), 0, 0, 0, 0, 60, 0x10, 0, 1, 2, 2, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x003, 0x013, 0x040, 0x100, 0x020})
  void overProxiedAndEntryNodesConnectionsAreNotCarried(int bits) {
    assertThat(CarriedFlow.of(List.of(record(out(), bits, 0)), ClockUnit.SECONDS)).isEmpty();
  }

  @Test
  void anAcceptedConnectionForgetsThatItCameThroughAnotherNodesPort() {
    RecordKey in = key("c6336407 0af4010a 0016 c738 06 01");

    CarriedFlow flow = carried(record(in, 0x34, 0));

    assertThat(flow.own().bits()).isEqualTo(0x10);
  }

  @Test
  void anEstablishedConnectionOutlivesTheFirstGarbageCollection() {
    assertThat(left(0x10, 3)).isEqualTo(30);
    assertThat(left(0x10, 300)).isEqualTo(300);
    assertThat(left(0, 3)).isEqualTo(3);
  }

  @Test
  void aConnectionTakesItsOwnServiceAlong() {
    ApiRecord others = record(key("0a60000a 0af4010a 9c99 0050 06 04"), 0x10, 5);
    ApiRecord own = record(key(Examples.SERVICE), 0x10, 5);
    ApiRecord connection = record(key(Examples.TO_BACKEND), 0x10, 5);

    List<CarriedFlow> flows = CarriedFlow.of(List.of(connection, others, own), ClockUnit.SECONDS);

    assertThat(flows.get(0).service().orElseThrow().key()).isEqualTo(own.key());
    assertThat(flows.get(1).service()).isEmpty();
  }

  @Test
  void anyConnectionsServiceWillDo() {
    ApiRecord others = record(key("0a60000a 0af4010a 9c99 0050 06 04"), 0x10, 5);
    ApiRecord connection = record(key(Examples.TO_BACKEND), 0x10, 5);

    List<CarriedFlow> flows = CarriedFlow.of(List.of(connection, others), ClockUnit.SECONDS);

    assertThat(flows.get(0).service().orElseThrow().key()).isEqualTo(others.key());
    assertThat(flows.get(0).lacksService()).isFalse();
  }

  @Test
  void idsOfTcpSayNothingOfOtherProtocols() {
    ApiRecord service = record(key("0a60000a 0af4010a 9c41 0050 11 04"), 0x10, 5);
    ApiRecord connection = record(key(Examples.TO_BACKEND), 0x10, 5);

    List<CarriedFlow> flows = CarriedFlow.of(List.of(connection, service), ClockUnit.SECONDS);

    assertThat(flows.get(0).lacksService()).isTrue();
  }

  /** So a VM that moves twice has the entries that it would have had after one move. */
  @Test
  void whatArrivedIsCarriedOnAsItIs() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int carried = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = Examples.random(random, ApiRecord.LENGTH);
      // Half an hour at most: what is longer than all that travels, is cut.
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(46, random.nextInt(1800));
      Optional<CarriedRecord> first =
          CarriedRecord.of(ApiRecord.readAll(bytes).get(0), ClockUnit.SECONDS);
      if (first.isPresent()) {
        carried++;
        ApiRecord arrived = first.get().toRecord(ClockUnit.SECONDS);

        Optional<CarriedRecord> second = CarriedRecord.of(arrived, ClockUnit.SECONDS);

        assertThat(second.map(record -> record.toRecord(ClockUnit.SECONDS)))
            .as("seed %d", seed)
            .contains(arrived);
      }
    }
    assertThat(carried).isPositive();
  }

  private static int left(int bits, int seconds) {
    ApiRecord record = new ApiRecord(out(), 0, 0, 0, 0, seconds, bits, 0, 0, 0, 0, 0, 0);
    return carried(record).own().toRecord(ClockUnit.SECONDS).unitsLeft();
  }

  private static CarriedFlow carried(ApiRecord record) {
    return CarriedFlow.of(List.of(record), ClockUnit.SECONDS).get(0);
  }

  private static ApiRecord record(RecordKey key, int bits, int revNat) {
    return new ApiRecord(key, 0, 0, 0, 0, 60, bits, revNat, 0, 0, 0, 0, 0);
  }

  private static RecordKey out() {
    return key(Examples.OUT);
  }

  private static RecordKey key(String digits) {
    return RecordKey.read(ByteBuffer.wrap(HexFormat.of().parseHex(digits.replace(" ", ""))));
  }
}
