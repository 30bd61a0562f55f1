package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.TableSteps.ADMIT_ALL;
import static io.conntracksync.node.table.netfilter.TableSteps.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Writes target/reports/events.json. No time is asserted. */
class ChangesLagRootIT {
  private static final String VM = "10.30.0.100";
  private static final Set<InetAddress> ADDRESSES = Set.of(Flows.address(VM));
  private static final int WARM_UP = 2000;
  private static final int SAMPLES = 2000;

  private record Told(Delta delta, long at) {}

  /**
   * From the request that makes an entry to its delivery in a thread that waits for changes; and
   * how long it takes to ask about 1000 entries, as at the pause where some tell no changes.
   */
  @Test
  void measuresTheLagOfAChangeAndALookAt1000() throws Exception {
    try (TestNamespace node = TestNamespace.tracking("ev-lag");
        NetfilterTable table = node.table()) {
      report(lags(table), looks(table));
    }
  }

  private static long[] lags(NetfilterTable table) throws Exception {
    BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    long[] lags = new long[SAMPLES];
    CompletableFuture<Void> listener;
    try (Changes changes = table.changes(ADDRESSES)) {
      listener = CompletableFuture.runAsync(() -> listen(changes, told));
      for (int i = 0; i < WARM_UP + SAMPLES; i++) {
        List<Entry> one = entries(Flows.of(Flows.tcp(VM, 1024 + i, "192.0.2.9", 443)));
        long start = System.nanoTime();
        assertThat(table.apply(one, ADMIT_ALL).created()).hasSize(1);
        Told answer = told.take();
        assertThat(answer.delta().upserts()).hasSize(1);
        if (i >= WARM_UP) {
          lags[i - WARM_UP] = answer.at() - start;
        }
      }
    }
    assertThat(listener).failsWithin(Duration.ofSeconds(20));
    return lags;
  }

  private static void listen(Changes changes, BlockingQueue<Told> told) {
    try {
      while (true) {
        if (changes.await(Duration.ofMinutes(1)) instanceof Delta delta && !delta.isEmpty()) {
          told.add(new Told(delta, System.nanoTime()));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long[] looks(NetfilterTable table) throws IOException {
    List<EntryKey> keys = new ArrayList<>();
    table.snapshot(ADDRESSES, chunk -> chunk.forEach(entry -> keys.add(entry.key())));
    long[] looks = new long[200];
    try (Changes other = table.changes(ADDRESSES)) {
      for (int i = 0; i < looks.length; i++) {
        long start = System.nanoTime();
        assertThat(other.look(keys.subList(0, 1000)).upserts()).hasSize(1000);
        looks[i] = System.nanoTime() - start;
      }
    }
    return looks;
  }

  private static void report(long[] lags, long[] looks) throws IOException {
    Arrays.sort(lags);
    Arrays.sort(looks);
    Path report = Path.of("target", "reports", "events.json");
    Files.createDirectories(report.getParent());
    Files.writeString(
        report,
        String.format(
            Locale.ROOT,
            """
            {
              "samples": %d,
              "lagMillis": {"median": %.3f, "p90": %.3f, "p99": %.3f, "max": %.3f},
              "lookAt1000Millis": {"median": %.2f, "p99": %.2f}
            }
            """,
            lags.length,
            at(lags, 0.5),
            at(lags, 0.9),
            at(lags, 0.99),
            at(lags, 1),
            at(looks, 0.5),
            at(looks, 0.99)));
    assertThat(report).isNotEmptyFile();
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.round((sorted.length - 1) * share)] / 1e6;
  }
}
