package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.conntracksync.node.table.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClockUnitTest {
  @Test
  void aUnitOfJiffiesIs256OfThem() {
    assertThat(new ClockUnit(250).toMillis(1)).isEqualTo(1024);
    assertThat(new ClockUnit(1000).toMillis(1)).isEqualTo(256);
    assertThat(new ClockUnit(100).toMillis(1)).isEqualTo(2560);
    assertThat(ClockUnit.SECONDS.toMillis(8000)).isEqualTo(8_000_000);
  }

  @ParameterizedTest
  @CsvSource({"0,100", "0,250", "0,1000", "100,0", "250,0", "1000,0", "100,1000", "1000,250"})
  void whatIsLeftIsTheSameOnTheOtherNode(int here, int there) {
    ClockUnit from = new ClockUnit(here);
    ClockUnit to = new ClockUnit(there);
    for (int seconds : List.of(0, 1, 10, 60, 8000, 21_600)) {
      int left = from.toUnits(seconds * 1000L);

      int arrived = to.toUnits(from.toMillis(left));

      double expected = from.toMillis(left) / (double) to.toMillis(1);
      assertThat((double) arrived).as("%d s", seconds).isCloseTo(expected, within(1.5));
    }
  }

  /** Through all of it: a record of one agent, what travels, a record for the other. */
  @ParameterizedTest
  @CsvSource({"0,100", "0,250", "0,1000", "100,0", "250,0", "1000,0", "100,1000", "1000,250"})
  void aRecordArrivesWithTheTimeThatItHadLeft(int here, int there) {
    ClockUnit from = new ClockUnit(here);
    ClockUnit to = new ClockUnit(there);
    for (int left : List.of(300, 1000, 8000, 31_250)) {
      ApiRecord record = Examples.out(left);

      CarriedFlow flow = CarriedFlow.of(List.of(record), from).get(0);
      Entry travelled = CarriedFlowCodec.encode(flow);
      CarriedFlow arrived = CarriedFlowCodec.decode(travelled).orElseThrow();

      double found = arrived.own().toRecord(to).unitsLeft();
      double expected = (double) from.toMillis(left) / to.toMillis(1);
      double larger = Math.max(1, (double) from.toMillis(1) / to.toMillis(1));
      assertThat(found).as("%d units left", left).isCloseTo(expected, within(1.5 * larger));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 250, 300, 1000})
  void noLifetimeBecomesNegative(int hertz) {
    ClockUnit unit = new ClockUnit(hertz);

    assertThat(unit.toUnits(unit.toMillis(-1))).isPositive();
    assertThat(unit.toUnits(CarriedRecord.MAX_MILLIS)).isPositive();
  }
}
