package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.session.PauseOutcome;
import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.netfilter.ExampleFlows;
import io.conntracksync.node.table.netfilter.NetfilterTable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Changes travel between the kernel's tables of two network namespaces, over real sessions. Leaves
 * target/reports/delta-lag.json; no time is asserted.
 */
class DeltaRootIT {
  private static final int WARM_UP = 500;
  private static final int SAMPLES = 1000;

  private InetAddress vm;
  private InetAddress peer;
  private KernelBench bench;
  private NetfilterTable source;
  private NetfilterTable target;

  @BeforeEach
  void nodes() throws Exception {
    vm = InetAddress.getByName("10.30.0.100");
    peer = InetAddress.getByName("192.0.2.9");
    bench = new KernelBench("ctsdl", Set.of(vm), NetfilterTable.DEFAULT_EVENT_BUFFER);
    source = bench.source();
    target = bench.target();
  }

  @AfterEach
  void clean() throws Exception {
    bench.close();
  }

  @Test
  void flowsMadeAndEndedWhileTheSessionIsUpAreSoOnTheTarget() throws Exception {
    List<Entry> flows = ExampleFlows.between(peer, vm, 20);
    var unused = source.apply(flows.subList(0, 10), ends -> Optional.empty());
    bench.start();

    assertThat(source.apply(flows.subList(10, 40), ends -> Optional.empty()).created()).hasSize(30);
    await("came").untilAsserted(() -> assertThat(keys(target)).isEqualTo(keys(source)).hasSize(40));

    // Older than the session and newer: both are told of when they go.
    assertThat(source.remove(keysOf(flows.subList(5, 15)))).isEqualTo(10);
    assertThat(bench.paused()).isEqualTo(PauseOutcome.DRAINED);
    assertThat(keys(target)).isEqualTo(keys(source)).hasSize(30);
  }

  @Test
  void whatTheTargetHadBeforeStays() throws Exception {
    List<Entry> flows = ExampleFlows.between(peer, vm, 5);
    var before = target.apply(flows.subList(0, 5), ends -> Optional.empty());
    var there = source.apply(flows, ends -> Optional.empty());
    assertThat(before.created().size() + there.created().size()).isEqualTo(15);
    bench.start();

    assertThat(source.remove(keysOf(flows))).isEqualTo(10);

    assertThat(bench.paused()).isEqualTo(PauseOutcome.DRAINED);
    assertThat(keys(target)).isEqualTo(keysOf(flows.subList(0, 5)));
  }

  @Test
  void measuresFromAChangeOnTheSourceToItsPresenceOnTheTarget() throws Exception {
    List<Entry> flows = ExampleFlows.between(peer, vm, (WARM_UP + SAMPLES) / 2);
    bench.start();
    long[] lags = new long[SAMPLES];
    try (Changes there = target.changes(Set.of(vm))) {
      for (int i = 0; i < flows.size(); i++) {
        long begin = System.nanoTime();
        var unused = source.apply(List.of(flows.get(i)), ends -> Optional.empty());
        awaitArrival(there, flows.get(i).key());
        if (i >= WARM_UP) {
          lags[i - WARM_UP] = System.nanoTime() - begin;
        }
      }
    }
    long asked = System.nanoTime();
    assertThat(bench.paused()).isEqualTo(PauseOutcome.DRAINED);
    report(lags, System.nanoTime() - asked);
    assertThat(keys(target)).isEqualTo(keys(source)).hasSize(flows.size());
  }

  private static void awaitArrival(Changes there, EntryKey key) throws IOException {
    long deadline = System.nanoTime() + KernelBench.PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (there.await(KernelBench.PATIENCE) instanceof Delta delta
          && delta.upserts().stream().anyMatch(entry -> entry.key().equals(key))) {
        return;
      }
    }
    throw new AssertionError("entry " + key + " did not arrive");
  }

  private Set<EntryKey> keys(ConntrackTable table) throws IOException {
    Set<EntryKey> keys = new HashSet<>();
    table.snapshot(Set.of(vm), chunk -> keys.addAll(keysOf(chunk)));
    return keys;
  }

  private static Set<EntryKey> keysOf(List<Entry> entries) {
    Set<EntryKey> keys = new HashSet<>();
    entries.forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  private static void report(long[] lags, long drain) throws IOException {
    Arrays.sort(lags);
    Path report = Path.of("target", "reports", "delta-lag.json");
    Files.createDirectories(report.getParent());
    Files.writeString(
        report,
        String.format(
            Locale.ROOT,
            """
            {
              "samples": %d,
              "lagMillis": {"median": %.3f, "p90": %.3f, "p99": %.3f, "max": %.3f},
              "drainOfAnIdleSessionMillis": %.3f
            }
            """,
            lags.length,
            at(lags, 0.5),
            at(lags, 0.9),
            at(lags, 0.99),
            at(lags, 1),
            drain / 1e6));
    assertThat(report).isNotEmptyFile();
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.round((sorted.length - 1) * share)] / 1e6;
  }
}
