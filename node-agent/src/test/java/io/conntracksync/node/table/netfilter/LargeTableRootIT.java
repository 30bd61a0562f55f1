package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.TableSteps.ADMIT_ALL;
import static io.conntracksync.node.table.netfilter.TableSteps.flows;
import static io.conntracksync.node.table.netfilter.TableSteps.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One VM's entries among many others'. */
class LargeTableRootIT {
  private static final String VM = "10.30.0.100";
  private static final String VM6 = "fd00::100";

  private TestNamespace node;
  private TestNamespace other;
  private NetfilterTable table;

  @BeforeEach
  void node() throws IOException {
    node = TestNamespace.tracking("large");
    other = TestNamespace.tracking("large-b");
    table = node.table();
  }

  @AfterEach
  void clean() {
    table.close();
    node.close();
    other.close();
  }

  @Test
  void aSnapshotFindsExactlyTheVmsEntries() throws IOException {
    fill("192.0.2.", 20_000);
    StringBuilder ours = new StringBuilder();
    for (int port = 1001; port <= 1125; port++) {
      ours.append(udp("10.30.0.100", port, "192.0.2.9", 53, ""));
      ours.append(udp("192.0.2.9", port, "10.30.0.100", 80, ""));
      ours.append(udp("10.30.0.100", port, "192.0.2.8", 53, "-n 203.0.113.5:" + port));
      ours.append(udp("192.0.2.9", port, "10.96.0.1", 80, "-g 10.30.0.100:8080"));
    }
    node.execReading(ours.toString(), "conntrack", "-R", "-");

    List<Flow> found = flows(table, VM);

    assertThat(table.fill().entries()).isEqualTo(20_500);
    assertThat(found).hasSize(500);
    assertThat(new HashSet<>(found)).hasSize(500);
    assertThat(found)
        .allSatisfy(
            flow ->
                assertThat(List.of(flow.ends().initiator(), flow.ends().responder()))
                    .contains(Flows.address(VM)));
  }

  @Test
  void anIpv6SnapshotFindsExactlyTheVmsEntries() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int port = 1; port <= 2000; port++) {
      all.append(udp("fd00::1", port, "fd00::2", 53, ""));
    }
    for (int port = 1001; port <= 1250; port++) {
      all.append(udp(VM6, port, "fd00::2", 53, ""));
      all.append(udp("fd00::2", port, VM6, 53, ""));
    }
    node.execReading(all.toString(), "conntrack", "-R", "-");

    assertThat(snapshot(table, VM6)).hasSize(500);
    assertThat(snapshot(table, VM)).isEmpty();
  }

  /**
   * Writes target/reports/netfilter.json. The peer, conntrack, starts a process and prints text;
   * the ratio says whether a snapshot stays small next to reading the whole table. No time is
   * asserted.
   */
  @Test
  void measuresASnapshotOf1000In100000() throws IOException {
    fill("198.51.100.", 99_000);
    StringBuilder ours = new StringBuilder();
    for (int port = 1; port <= 1000; port++) {
      ours.append(udp(VM, port, "192.0.2.9", 53, ""));
    }
    node.execReading(ours.toString(), "conntrack", "-R", "-");
    List<Entry> entries = snapshot(table, VM);
    assertThat(entries).hasSize(1000);

    long snapshot = median(() -> snapshot(table, VM));
    long peer = median(() -> node.exec("conntrack", "-L", "-s", VM));
    long[] imports = new long[5];
    try (NetfilterTable target = other.table()) {
      for (int i = 0; i < imports.length; i++) {
        long start = System.nanoTime();
        assertThat(target.apply(entries, ADMIT_ALL).created()).hasSize(1000);
        imports[i] = System.nanoTime() - start;
        assertThat(target.remove(entries.stream().map(Entry::key).toList())).isEqualTo(1000);
      }
    }
    Arrays.sort(imports);

    Path report = Path.of("target", "reports", "netfilter.json");
    Files.createDirectories(report.getParent());
    Files.writeString(
        report,
        String.format(
            Locale.ROOT,
            """
            {
              "table": 100000,
              "entries": 1000,
              "snapshotMillis": %.2f,
              "conntrackListMillis": %.2f,
              "snapshotToConntrackList": %.3f,
              "importMillis": %.2f
            }
            """,
            snapshot / 1e6,
            peer / 1e6,
            (double) snapshot / peer,
            imports[imports.length / 2] / 1e6));
    assertThat(report).isNotEmptyFile();
  }

  @FunctionalInterface
  private interface Step {
    Object run() throws IOException;
  }

  private static long median(Step step) throws IOException {
    long[] times = new long[9];
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      assertThat(step.run()).isNotNull();
      times[i] = System.nanoTime() - start;
    }
    Arrays.sort(times);
    return times[times.length / 2];
  }

  private void fill(String destination, int count) {
    StringBuilder foreign = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String host = destination + (1 + i / 50_000);
      foreign.append(udp("10.77.0.1", 1024 + i % 50_000, host, 53, ""));
    }
    node.execReading(foreign.toString(), "conntrack", "-R", "-");
  }

  private static String udp(String from, int port, String to, int toPort, String nat) {
    return "-A -s "
        + from
        + " -d "
        + to
        + " -p udp --sport "
        + port
        + " --dport "
        + toPort
        + " -t 600 -u SEEN_REPLY "
        + nat
        + "\n";
  }
}
