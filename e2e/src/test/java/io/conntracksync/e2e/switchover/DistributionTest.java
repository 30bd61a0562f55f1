package io.conntracksync.e2e.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class DistributionTest {
  @Test
  void percentilesAreSamples() {
    List<Long> hundred =
        LongStream.rangeClosed(1, 100).mapToObj(each -> (101 - each) * 1_000_000).toList();

    assertThat(Distribution.ofNanos(hundred)).isEqualTo(new Distribution(100, 50, 90, 99, 100));
    assertThat(Distribution.ofNanos(List.of(2_500_000L)))
        .isEqualTo(new Distribution(1, 2.5, 2.5, 2.5, 2.5));
  }
}
