package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CiliumHealthTest {
  private static final int ROUNDS = 20_000;
  private static final byte[] HEALTHY =
      ("{\"cilium\":{\"msg\":\"1.20.2 (v1.20.2-0)\"},"
              + "\"clock-source\":{\"mode\":\"jiffies\",\"hertz\":250}}")
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void anyBytesTellOfACiliumOrOfNone() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int understood = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = Arrays.copyOf(HEALTHY, HEALTHY.length + random.nextInt(3) - 1);
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }

      Optional<CiliumHealth> health = CiliumHealth.read(damaged);

      understood += health.isPresent() ? 1 : 0;
      health
          .flatMap(CiliumHealth::clock)
          .ifPresent(clock -> assertThat(clock.toMillis(1)).as("seed %d", seed).isPositive());
    }
    assertThat(understood).isBetween(1, ROUNDS - 1);
  }
}
