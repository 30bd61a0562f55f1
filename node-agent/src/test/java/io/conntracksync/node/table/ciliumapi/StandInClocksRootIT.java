package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Entry;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The time left of an entry between two agents that count in different units. */
class StandInClocksRootIT {
  private static final double NANOS = 1e9;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "ktime, jiffies:100",
    "ktime, jiffies:250",
    "ktime, jiffies:1000",
    "jiffies:100, ktime",
    "jiffies:250, ktime",
    "jiffies:1000, ktime",
    "jiffies:100, jiffies:1000",
    "jiffies:1000, jiffies:250",
  })
  void theTimeLeftIsKeptWithinOneAndAHalfUnits(String here, String there) throws Exception {
    try (StandInNode source = new StandInNode(folder.resolve("source.sock"), here);
        StandInNode target = new StandInNode(folder.resolve("target.sock"), there)) {
      int given = 7777;
      source.api().importAll(List.of(Examples.out(given)));
      long start = System.nanoTime();
      List<Entry> entries = new ArrayList<>();

      source.table().snapshot(Set.of(Examples.VM), entries::addAll);
      Applied applied = target.table().apply(entries, ends -> Optional.empty());
      int arrived = target.api().export((Inet4Address) Examples.VM).get(0).unitsLeft();

      double passed = (System.nanoTime() - start) / NANOS;
      assertThat(applied.created()).hasSize(1);
      double tolerance = 1.5 * Math.max(seconds(1, here), seconds(1, there));
      assertThat(seconds(arrived, there))
          .as("of %f s, %f s later", seconds(given, here), passed)
          .isBetween(seconds(given, here) - passed - tolerance, seconds(given, here) + tolerance);
    }
  }

  private static double seconds(int units, String clock) {
    return clock.equals("ktime") ? units : units * 256.0 / Integer.parseInt(clock.substring(8));
  }
}
