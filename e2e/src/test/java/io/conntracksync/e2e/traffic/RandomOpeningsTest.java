package io.conntracksync.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RandomOpeningsTest {
  private final AtomicInteger opened = new AtomicInteger();
  private final Queue<IOException> failures = new ConcurrentLinkedQueue<>();

  @Test
  void theMomentsAreThoseOfTheSeed() {
    assertThat(gaps(7)).isEqualTo(gaps(7)).isNotEqualTo(gaps(8));
  }

  @Test
  void thePaceIsKeptOnTheAverageAndManyComeSoon() {
    LongStream.Builder all = LongStream.builder();
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      all.add(RandomOpenings.gap(random, 100));
    }
    long[] gaps = all.build().toArray();

    assertThat(LongStream.of(gaps).average().orElseThrow()).isBetween(9.5e6, 10.5e6);
    // Exponential: 1 - 1/e of them are shorter than the mean.
    assertThat(LongStream.of(gaps).filter(gap -> gap < 10_000_000).count()).isBetween(6100L, 6550L);
  }

  @Test
  void itStandsStillUntilToldAndStopsAtTheMost() {
    try (RandomOpenings openings = openings()) {
      assertThat(opened).hasValue(0);

      openings.pace(10_000, 25, 3);

      await("all that may be").until(() -> opened.get() == 25);
    }
    assertThat(opened).hasValue(25);
  }

  @Test
  void oneThatFailsIsToldAndTheNextOneComes() {
    try (RandomOpenings openings =
        new RandomOpenings(
            "test",
            () -> {
              if (opened.incrementAndGet() == 2) {
                throw new IOException("no way");
              }
            },
            failures::add)) {
      openings.pace(10_000, 4, 3);

      await("all four").until(() -> opened.get() == 4);
      assertThat(failures).extracting(IOException::getMessage).containsExactly("no way");
    }
  }

  private RandomOpenings openings() {
    return new RandomOpenings("test", opened::incrementAndGet, failures::add);
  }

  private static List<Long> gaps(long seed) {
    Random random = new Random(seed);
    return LongStream.generate(() -> RandomOpenings.gap(random, 50)).limit(20).boxed().toList();
  }
}
