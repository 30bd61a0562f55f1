package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.HookVerdict;
import io.conntracksync.node.session.Journals;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.SourceSessions;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncTables;
import io.conntracksync.node.session.TargetSessions;
import io.conntracksync.node.table.ciliumapi.CiliumApiTable;
import io.conntracksync.node.table.ciliumapi.ExampleRecords;
import io.conntracksync.node.table.ciliumapi.InMemoryCiliumAgent;
import io.conntracksync.node.table.ciliumapi.InMemoryCiliumAgent.Fault;
import io.conntracksync.node.transfer.PublishedByHand;
import io.conntracksync.node.transfer.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong with Cilium's agent is the reason in the status, and holds no VM. */
class CiliumApiSessionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final String DOMAIN = "ns_vm";

  @TempDir private Path folder;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);
  private final Transport transport = PublishedByHand.loopback(timer, Duration.ofSeconds(10));
  private final List<Finding> exported = new CopyOnWriteArrayList<>();
  private final List<Finding> imported = new CopyOnWriteArrayList<>();
  private InetAddress vm;
  private InMemoryCiliumAgent sourceAgent;
  private InMemoryCiliumAgent targetAgent;
  private Optional<SourceSessions> leaving = Optional.empty();
  private Optional<TargetSessions> arriving = Optional.empty();

  @BeforeEach
  void nodes() throws IOException {
    vm = InetAddress.getByName("10.244.1.10");
    sourceAgent = InMemoryCiliumAgent.at(folder.resolve("source.sock"));
    targetAgent = InMemoryCiliumAgent.at(folder.resolve("target.sock"));
    // A process's first call loads the client's classes: that is not what patience is for here.
    CiliumApiTable.open(folder.resolve("source.sock"), LONG).close();
  }

  @AfterEach
  void end() {
    sourceAgent.close();
    targetAgent.close();
    leaving.ifPresent(SourceSessions::close);
    arriving.ifPresent(TargetSessions::close);
    timer.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({
    "EXPORT_BREAKS_OFF,     ApiTruncated",
    "EXPORT_IS_UNEVEN,      ApiUneven",
    "EXPORT_HAS_NO_VERSION, ApiVersionMissing",
    "EXPORT_HAS_VERSION_2,  ApiVersionUnknown",
    "EXPORT_IS_HUGE,        ApiOversized",
    "HAS_NO_SUCH_CALL,      ApiNotOffered",
    "REJECTS_ALL,           ApiRejected",
    "FAILS,                 ApiFailed",
    "SPEAKS_NO_HTTP,        ApiUnintelligible",
    "NAMES_NO_CLOCK,        ApiClockUnknown",
    "HANGS,                 ApiHung",
    "HANGS_WITHIN_EXPORT,   ApiHung",
  })
  void eachFaultIsTheReasonOnEitherSide(Fault fault, String reason) throws Exception {
    begin(SHORT);
    sourceAgent.has(fault);
    sync();
    await("said by the source").atMost(PATIENCE).until(() -> says(exported, reason));
    assertThat(imported).allSatisfy(each -> assertThat(each.reason()).doesNotStartWith("Api"));

    targetAgent.has(fault);
    sourceAgent.has(Fault.NONE);
    await("said by the target").atMost(PATIENCE).until(() -> says(imported, reason));

    targetAgent.has(Fault.NONE);
    await("done").atMost(PATIENCE).until(() -> says(imported, "Imported"));
  }

  @Test
  void aSocketThatIsGoneIsTheReasonToo() throws Exception {
    begin(SHORT);
    sourceAgent.close();
    sync();

    await("said").atMost(PATIENCE).until(() -> says(exported, "ApiAbsent"));
  }

  /** Calls of Cilium's agent would hang for minutes here: whoever waited for one would, too. */
  @Test
  void aHungAgentHoldsNoHook() throws Exception {
    begin(LONG);
    targetAgent.has(Fault.HANGS);
    TargetSessions target = arriving.orElseThrow();
    target.incoming(DOMAIN, DOMAIN);
    CompletableFuture<HookVerdict> hook =
        target.waitFor(DOMAIN, DOMAIN).verdict().toCompletableFuture();

    sync();

    await("answered").atMost(PATIENCE).until(hook::isDone);
    assertThat(hook.join())
        .isEqualTo(new HookVerdict.Proceed(HookVerdict.Because.DEADLINE_EXCEEDED));
  }

  private static boolean says(List<Finding> findings, String reason) {
    return findings.stream().anyMatch(finding -> finding.reason().equals(reason));
  }

  /** With a VM of some connections on the source. */
  private void begin(Duration patience) throws IOException {
    CiliumApiTable source = CiliumApiTable.open(folder.resolve("source.sock"), patience);
    CiliumApiTable target = CiliumApiTable.open(folder.resolve("target.sock"), patience);
    var unused =
        source.apply(
            ExampleRecords.between(InetAddress.getByName("198.51.100.7"), vm, 10),
            ends -> Optional.empty());
    leaving =
        Optional.of(
            new SourceSessions(
                SyncTables.ofNode(source),
                Set::of,
                new TransferOutlet(transport, TransferTimeouts.DEFAULTS, fault -> {}),
                (sync, progress) -> exported.add(progress.exported()),
                SessionLimits.DEFAULTS,
                timer,
                Clock.systemUTC()));
    arriving =
        Optional.of(
            new TargetSessions(
                SyncTables.ofNode(target),
                new TransferInlet(transport, TransferTimeouts.DEFAULTS, fault -> {}),
                (sync, progress) -> imported.add(progress.imported()),
                Journals.NONE,
                SessionLimits.DEFAULTS,
                timer,
                Clock.systemUTC()));
  }

  private void sync() throws IOException {
    SyncOrder order =
        new SyncOrder(
            "uid",
            "ns",
            "move",
            DOMAIN,
            new SyncOrder.Nodes("source", "target"),
            Set.of(vm),
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            SyncOrder.DeadlinePolicy.IGNORE);
    Endpoint endpoint = SyncBench.freeEndpoint();
    arriving.orElseThrow().assigned(order, endpoint);
    leaving.orElseThrow().assigned(order, endpoint);
  }
}
