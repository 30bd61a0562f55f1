package io.conntracksync.node.gatekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LineTest {
  private static final Duration LONGEST = Duration.ofSeconds(5);

  @Test
  void aHoldIsAtLeastAMillisecondAndAtMostTheLongest() {
    assertThat(hold(Duration.ofMillis(200))).isEqualTo("hold 200\n");
    assertThat(hold(Duration.ofNanos(1))).isEqualTo("hold 1\n");
    assertThat(hold(Duration.ofMinutes(1))).isEqualTo("hold 5000\n");
  }

  private static String hold(Duration atMost) {
    return new String(Line.hold(atMost, LONGEST), StandardCharsets.UTF_8);
  }
}
