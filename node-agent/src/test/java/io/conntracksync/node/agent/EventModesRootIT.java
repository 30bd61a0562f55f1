package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Journals;
import io.conntracksync.node.session.PauseOutcome;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.SourceSessions;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncTables;
import io.conntracksync.node.session.TargetSessions;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.netfilter.NetfilterTable;
import io.conntracksync.node.transfer.PublishedByHand;
import io.conntracksync.node.transfer.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever {@code nf_conntrack_events} of the source says, nothing is missed at the pause: neither
 * of the entries that are older than every listener nor of those that came later. Two real tables,
 * real sessions; conntrack-tools change and compare.
 */
class EventModesRootIT {
  private static final String SOURCE = "ctsem-source";
  private static final String TARGET = "ctsem-target";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Tracking is off until a rule uses it. */
  private static final String RULES =
      "add table inet t; add chain inet t i { type filter hook input priority 0; };"
          + " add rule inet t i ct state established accept";

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final List<String> exported = new CopyOnWriteArrayList<>();

  @AfterEach
  void clean() throws Exception {
    timer.shutdownNow();
    delete(SOURCE);
    delete(TARGET);
  }

  @ParameterizedTest
  @CsvSource({"0, NONE", "1, ALL", "2, NEW_ENTRIES_ONLY"})
  void nothingIsMissedAtThePause(int events, EventCoverage coverage) throws Exception {
    for (String name : List.of(SOURCE, TARGET)) {
      delete(name);
      run("", "ip", "netns", "add", name);
      in(name, "", "nft", RULES);
    }
    in(SOURCE, "", "sysctl", "-qw", "net.netfilter.nf_conntrack_events=" + events);
    in(SOURCE, udp(1000, 1020), "conntrack", "-R", "-");
    try (NetfilterTable source = table(SOURCE);
        NetfilterTable target = table(TARGET)) {
      assertThat(source.coverage()).isEqualTo(coverage);
      migrate(source, target);
    }
  }

  private void migrate(NetfilterTable source, NetfilterTable target) throws Exception {
    Transport transport = PublishedByHand.loopback(timer, PATIENCE);
    Endpoint endpoint = freeEndpoint();
    try (SourceSessions leaving =
            new SourceSessions(
                SyncTables.ofNode(source),
                Set::of,
                new TransferOutlet(transport, TransferTimeouts.DEFAULTS, fault -> {}),
                (sync, progress) -> exported.add(progress.exported().reason()),
                SessionLimits.DEFAULTS,
                timer,
                Clock.systemUTC());
        TargetSessions arriving =
            new TargetSessions(
                SyncTables.ofNode(target),
                new TransferInlet(transport, TransferTimeouts.DEFAULTS, fault -> {}),
                (sync, progress) -> {},
                Journals.NONE,
                SessionLimits.DEFAULTS,
                timer,
                Clock.systemUTC())) {
      arriving.assigned(order(), endpoint);
      leaving.assigned(order(), endpoint);
      await("exported").atMost(PATIENCE).until(() -> exported.contains("Exported"));

      in(SOURCE, udp(1100, 1120), "conntrack", "-R", "-");
      String udp = " -s 10.30.0.100 -p udp --orig-port-src ";
      for (int port : new int[] {1003, 1103}) {
        in(SOURCE, "", ("conntrack -U -m 7" + udp + port).split(" "));
        in(SOURCE, "", ("conntrack -D" + udp + (port + 1)).split(" "));
      }

      assertThat(paused(leaving)).isEqualTo(PauseOutcome.DRAINED);
      assertThat(listing(TARGET)).isEqualTo(listing(SOURCE)).hasSize(38);
      assertThat(listing(TARGET)).filteredOn(line -> line.contains("mark=7")).hasSize(2);
    }
  }

  private static PauseOutcome paused(SourceSessions leaving) throws Exception {
    return leaving
        .paused("ns_vm", "-")
        .outcome()
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static SyncOrder order() throws IOException {
    return new SyncOrder(
        "uid",
        "ns",
        "modes",
        "ns_vm",
        new SyncOrder.Nodes("source", "target"),
        Set.of(InetAddress.getByName("10.30.0.100")),
        SessionLimits.LONGEST_HOLD,
        SessionLimits.LONGEST_HOLD,
        SyncOrder.DeadlinePolicy.IGNORE);
  }

  private static String udp(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int port = from; port < to; port++) {
      lines.append("-A -s 10.30.0.100 -d 192.0.2.9 -p udp --dport 53 -t 600 -u SEEN_REPLY");
      lines.append(" --sport ").append(port).append('\n');
    }
    return lines.toString();
  }

  /** Without the seconds left, and without the users at the moment, of which the listing is one. */
  private static List<String> listing(String name) throws Exception {
    // The count on standard error would come in the middle of a line.
    return in(name, "", "sh", "-c", "conntrack -L -o extended 2>/dev/null")
        .lines()
        .filter(line -> line.startsWith("ipv4"))
        .map(line -> line.replaceFirst("^(\\S+ +\\d+ \\S+ +\\d+) \\d+ ", "$1 "))
        .map(line -> line.replaceFirst(" use=\\d+", ""))
        .sorted()
        .toList();
  }

  private static NetfilterTable table(String name) throws IOException {
    NetfilterTable table = NetfilterTable.open(NetworkNamespace.open(Path.of("/run/netns", name)));
    table.listen();
    return table;
  }

  private static Endpoint freeEndpoint() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Endpoint(free.getInetAddress(), free.getLocalPort());
    }
  }

  private static void delete(String name) throws Exception {
    if (Files.exists(Path.of("/run/netns", name))) {
      run("", "ip", "netns", "del", name);
    }
  }

  private static String in(String name, String input, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(words));
    return run(input, all.toArray(String[]::new));
  }

  private static String run(String input, String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", words), output).isZero();
    return output;
  }
}
