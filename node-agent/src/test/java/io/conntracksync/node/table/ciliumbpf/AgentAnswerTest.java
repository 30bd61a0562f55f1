package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.TableException;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AgentAnswerTest {
  private static final int ROUNDS = 20_000;
  private static final String HEALTHY =
      "{\"cilium\":{\"msg\":\"1.20.2"
          + " (v1.20.2-0)\"},\"clock-source\":{\"mode\":\"jiffies\",\"hertz\":250}}";
  private static final String CONFIGURATION = "{\"ClockSource\":1,\"KernelHz\":250}";

  private final long seed = System.nanoTime();
  private final RandomGenerator random = new Random(seed);

  @Test
  void anyTextIsAnAnswerOrRefusedWithASentence() {
    int understood = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String health = damaged(HEALTHY);
      String configuration = damaged(CONFIGURATION);
      try {
        AgentAnswer unused = AgentAnswer.ofHealth(health);
        AgentAnswer unusedToo = AgentAnswer.ofRuntimeConfiguration(configuration);
        understood++;
      } catch (TableException e) {
        assertThat(e).as("seed %d: %s, %s", seed, health, configuration).hasMessageContaining(" ");
      }
    }
    assertThat(understood).isBetween(1, ROUNDS - 1);
  }

  /** One character cut out, changed or put in; or none. */
  private String damaged(String text) {
    int at = random.nextInt(text.length());
    String put = random.nextBoolean() ? "" : String.valueOf((char) random.nextInt(256));
    int cut = random.nextInt(2);
    return text.substring(0, at) + put + text.substring(at + cut);
  }
}
