package io.conntracksync.node.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EntryKeyTest {
  @Test
  void flowsThatDifferByTheirPortDoNotShareAHash() {
    long hashes =
        IntStream.range(20_000, 30_000)
            .map(port -> EntryKey.of(key(port)).hashCode())
            .distinct()
            .count();

    // By chance some dozen of 10,000 may be alike; Arrays.hashCode leaves a few hundred.
    assertThat(hashes).isGreaterThan(9_900);
  }

  @Test
  void equalBytesAreEqualKeys() {
    assertThat(EntryKey.of(key(7)))
        .isEqualTo(EntryKey.of(key(7)))
        .hasSameHashCodeAs(EntryKey.of(key(7)));
    assertThat(EntryKey.of(key(7))).isNotEqualTo(EntryKey.of(key(8)));
  }

  private static byte[] key(int port) {
    return ByteBuffer.allocate(14)
        .putInt(0x0a1e0064)
        .putInt(0xc0000209)
        .putShort((short) port)
        .array();
  }
}
