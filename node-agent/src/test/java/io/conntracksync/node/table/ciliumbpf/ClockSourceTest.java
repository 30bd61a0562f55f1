package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.ciliumbpf.ClockSource.Jiffies;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Ktime;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** A remaining lifetime from one clock to another: within one and a half units of the coarser. */
class ClockSourceTest {
  private static final List<ClockSource> CLOCKS =
      List.of(new Ktime(), new Jiffies(100), new Jiffies(250), new Jiffies(1000));

  private final long seed = System.nanoTime();
  private final RandomGenerator random = new Random(seed);

  @Test
  void anyClockToAnyOtherKeepsTheTimeLeft() {
    for (ClockSource source : CLOCKS) {
      for (ClockSource target : CLOCKS) {
        for (int i = 0; i < 2000; i++) {
          // Wherever the two nodes' counts stand, wrapped over or not.
          int sourceNow = random.nextInt();
          int targetNow = random.nextInt();
          int left = random.nextInt(100_000);

          long millis = source.leftMillis(sourceNow + left, sourceNow);
          int lifetime = target.lifetime(millis, targetNow);

          double expected = left * unitSeconds(source);
          double found = (lifetime - targetNow) * unitSeconds(target);
          assertThat(Math.abs(found - expected))
              .as("%s to %s, %d units left, seed %d", source, target, left, seed)
              .isLessThanOrEqualTo(1.5 * Math.max(unitSeconds(source), unitSeconds(target)));
        }
      }
    }
  }

  @Test
  void sameClockSameUnits() {
    for (ClockSource clock : CLOCKS) {
      for (int left : List.of(0, 1, 60, 8000, 31_250)) {
        assertThat(clock.lifetime(clock.leftMillis(5 + left, 5), 77)).isEqualTo(77 + left);
      }
    }
  }

  @Test
  void whatIsOverIsOver() {
    assertThat(new Ktime().leftMillis(99, 100)).isEqualTo(-1000);
    assertThat(new Jiffies(250).leftMillis(99, 100)).isEqualTo(-1024);
    // The count wraps: 3 is after 2^32 - 2.
    assertThat(new Ktime().leftMillis(3, -2)).isEqualTo(5000);
  }

  @Test
  void theLongestThatCanTravelIsKept() {
    assertThat(new Ktime().lifetime(Carried.MOST_MILLIS, 10)).isEqualTo(10 + 4_294_967);
    assertThat(new Jiffies(10_000).lifetime(Carried.MOST_MILLIS, 0)).isPositive();
  }

  @Test
  void aKernelHasSomeJiffiesASecond() {
    assertThatThrownBy(() -> new Jiffies(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 jiffies a second; 1 to 10000 are possible");
  }

  private static double unitSeconds(ClockSource clock) {
    return clock instanceof Jiffies jiffies ? 256.0 / jiffies.hertz() : 1;
  }
}
