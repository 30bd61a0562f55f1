package io.conntracksync.node.agent;

import static io.conntracksync.node.agent.SyncBench.freeEndpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Journals;
import io.conntracksync.node.session.PauseOutcome;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SourceSessions;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncTables;
import io.conntracksync.node.session.TargetSessions;
import io.conntracksync.node.table.netfilter.NetfilterTable;
import io.conntracksync.node.transfer.PublishedByHand;
import io.conntracksync.node.transfer.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Two agents' sessions over real TCP, with the kernel's tables of two network namespaces. */
final class KernelBench implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final List<SourceProgress> told = new CopyOnWriteArrayList<>();
  private final Endpoint endpoint = freeEndpoint();
  private final SyncOrder order;
  private final String sourceName;
  private final String targetName;
  private final NetfilterTable source;
  private final NetfilterTable target;
  private final SourceSessions leaving;
  private final TargetSessions arriving;

  /**
   * @param purpose the namespaces are called by it
   * @param eventBuffer of the source, in bytes
   */
  KernelBench(String purpose, Set<InetAddress> addresses, int eventBuffer) throws IOException {
    order =
        new SyncOrder(
            "uid",
            "ns",
            purpose,
            "ns_vm",
            new SyncOrder.Nodes("source", "target"),
            addresses,
            SessionLimits.LONGEST_HOLD,
            SessionLimits.LONGEST_HOLD,
            SyncOrder.DeadlinePolicy.IGNORE);
    sourceName = purpose + "-source";
    targetName = purpose + "-target";
    source = table(sourceName, eventBuffer);
    target = table(targetName, NetfilterTable.DEFAULT_EVENT_BUFFER);
    Transport transport = PublishedByHand.loopback(timer, PATIENCE);
    leaving =
        new SourceSessions(
            SyncTables.ofNode(source),
            Set::of,
            new TransferOutlet(transport, TransferTimeouts.DEFAULTS, fault -> {}),
            (sync, progress) -> told.add(progress),
            SessionLimits.DEFAULTS,
            timer,
            Clock.systemUTC());
    arriving =
        new TargetSessions(
            SyncTables.ofNode(target),
            new TransferInlet(transport, TransferTimeouts.DEFAULTS, fault -> {}),
            (sync, progress) -> {},
            Journals.NONE,
            SessionLimits.DEFAULTS,
            timer,
            Clock.systemUTC());
  }

  NetfilterTable source() {
    return source;
  }

  NetfilterTable target() {
    return target;
  }

  /** Returns when the snapshot is on the target. */
  void start() {
    arriving.assigned(order, endpoint);
    leaving.assigned(order, endpoint);
    await("exported").until(() -> told.stream().anyMatch(KernelBench::isExported));
  }

  private static boolean isExported(SourceProgress progress) {
    return progress.exported().reason().equals("Exported");
  }

  /** How often the source has said that changes were lost, and the table compared. */
  int overruns() {
    return told.get(told.size() - 1).overruns();
  }

  /** The VM stops: what the gate would be answered. */
  PauseOutcome paused() throws Exception {
    return leaving
        .paused("ns_vm", "-")
        .outcome()
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Runs a program on the source; throws with its output when it fails. */
  String onSource(String input, String... words) throws IOException {
    return run(input, in(sourceName, words));
  }

  /** The same on the target. */
  String onTarget(String input, String... words) throws IOException {
    return run(input, in(targetName, words));
  }

  @Override
  public void close() throws IOException {
    leaving.close();
    arriving.close();
    // A session's thread may be at the end of a turn.
    timer.shutdownNow();
    source.close();
    target.close();
    run("", "ip", "netns", "del", sourceName);
    run("", "ip", "netns", "del", targetName);
  }

  private static NetfilterTable table(String name, int eventBuffer) throws IOException {
    if (Files.exists(Path.of("/run/netns", name))) {
      // Of a run that was killed.
      run("", "ip", "netns", "del", name);
    }
    run("", "ip", "netns", "add", name);
    // Tracking is off until a rule uses it.
    run(
        "",
        in(
            name,
            "nft",
            "add table inet t; add chain inet t i { type filter hook input priority 0; };"
                + " add rule inet t i ct state established accept"));
    NetfilterTable table =
        NetfilterTable.open(NetworkNamespace.open(Path.of("/run/netns", name)), eventBuffer);
    table.listen();
    return table;
  }

  private static String[] in(String name, String... words) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(Arrays.asList(words));
    return all.toArray(String[]::new);
  }

  private static String run(String input, String... words) throws IOException {
    Path stdin = Files.createTempFile("kernel-bench", ".in");
    try {
      Files.writeString(stdin, input);
      Process process =
          new ProcessBuilder(words).redirectInput(stdin.toFile()).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s: %s", String.join(" ", words), output).isZero();
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      Files.delete(stdin);
    }
  }
}
