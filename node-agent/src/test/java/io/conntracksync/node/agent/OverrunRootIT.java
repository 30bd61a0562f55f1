package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.session.PauseOutcome;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A source that hears with a tiny buffer while conntrack-tools turn its table over: the kernel
 * drops most events, and still both tables are the same in the end, as conntrack-tools print them.
 */
class OverrunRootIT {
  private static final String VM = "10.30.0.100";
  private static final String VM_SIX = "fd00:30::100";
  private static final int TINY_BUFFER = 8 * 1024;
  private static final int BATCHES = 12;
  private static final int FLOWS_IN_A_BATCH = 600;
  private static final int PEERS = 8;

  private KernelBench bench;

  @BeforeEach
  void nodes() throws Exception {
    Set<InetAddress> vm = Set.of(InetAddress.getByName(VM), InetAddress.getByName(VM_SIX));
    bench = new KernelBench("ctsor", vm, TINY_BUFFER);
  }

  @AfterEach
  void clean() throws Exception {
    bench.close();
  }

  @Test
  void anOverrunLosesNothing() throws Exception {
    churn(0);
    bench.start();
    for (int batch = 1; batch <= BATCHES; batch++) {
      churn(batch);
    }
    assertThat(bench.paused()).isEqualTo(PauseOutcome.DRAINED);

    await("overruns are told").until(() -> bench.overruns() > 0);
    List<String> there =
        entriesOfVm(bench.onSource("", dump("ipv4")), bench.onSource("", dump("ipv6")));
    List<String> here =
        entriesOfVm(bench.onTarget("", dump("ipv4")), bench.onTarget("", dump("ipv6")));
    assertThat(here).containsExactlyInAnyOrderElementsOf(there);
    // All kinds of change were among it: the dump is not of additions only.
    assertThat(there)
        .hasSizeGreaterThan(FLOWS_IN_A_BATCH)
        .anyMatch(line -> line.contains("mark=7"));
  }

  /** New flows of the VM and of its neighbours, a peer whose flows change, one whose flows end. */
  private void churn(int batch) throws Exception {
    Random random = new Random(batch);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < FLOWS_IN_A_BATCH; i++) {
      String peer = Integer.toString(1 + random.nextInt(PEERS));
      String ends =
          switch (random.nextInt(4)) {
            case 0 -> "-s " + VM_SIX + " -d fd00::" + peer;
            case 1 -> "-s 192.0.2." + peer + " -d " + VM;
            case 2 -> "-s 10.77.0.1 -d 192.0.2." + peer;
            default -> "-s " + VM + " -d 192.0.2." + peer;
          };
      lines
          .append("-A ")
          .append(ends)
          .append(random.nextInt(2) == 0 ? " -p udp" : " -p tcp --state ESTABLISHED")
          .append(" --sport ")
          .append(1000 + random.nextInt(3000))
          .append(" --dport 53 -t 600 -u SEEN_REPLY,ASSURED\n");
    }
    int ending = 1 + random.nextInt(PEERS);
    lines.append("-D -d 192.0.2.").append(ending).append("\n");
    lines.append("-D -d fd00::").append(ending).append("\n");
    var unused = bench.onSource(lines.toString(), "conntrack", "-R", "-");
    change("192.0.2." + (1 + ending % PEERS));
    change("fd00::" + (1 + ending % PEERS));
  }

  // Not within the batch: there, conntrack-tools compare with what the lines before were about.
  // They give up in the middle of a table that is not small; what they changed is changed.
  private void change(String peer) throws Exception {
    String words = "conntrack -U -p udp -d " + peer + " -m 7 >/dev/null 2>&1 || true";
    var unused = bench.onSource("", "sh", "-c", words);
  }

  // Without its remark on how many there are, which it writes in the midst of a line.
  private static String[] dump(String family) {
    return new String[] {"sh", "-c", "exec conntrack -L -f " + family + " -o extended 2>/dev/null"};
  }

  /** Sorted, without what runs down by itself and without who holds the entry just now. */
  private static List<String> entriesOfVm(String... listings) {
    return Stream.of(listings)
        .flatMap(String::lines)
        .filter(line -> line.contains("=" + VM + " ") || line.contains("=" + VM_SIX + " "))
        .map(line -> line.replaceFirst("^(\\S+ +\\d+ \\S+ +\\d+) \\d+ ", "$1 "))
        .map(line -> line.replaceFirst(" use=\\d+", ""))
        .sorted()
        .toList();
  }
}
