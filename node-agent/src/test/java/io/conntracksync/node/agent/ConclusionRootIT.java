package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.journal.FileJournals;
import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.SourceSessions;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncTables;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetSessions;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.netfilter.ExampleFlows;
import io.conntracksync.node.table.netfilter.NetfilterTable;
import io.conntracksync.node.table.netfilter.ReshapedFlows;
import io.conntracksync.node.transfer.PublishedByHand;
import io.conntracksync.node.transfer.Transport;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The end of a sync between the tables of two kernels' namespaces, with sessions that serve VMs.
 */
class ConclusionRootIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int FLOWS = 300;

  @TempDir private Path journals;
  private final List<TargetProgress> progress = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);
  private final Transport transport = PublishedByHand.loopback(timer, PATIENCE);
  private InetAddress vm;
  private List<Entry> flows;
  private SyncOrder order;
  private NetfilterTable source;
  private NetfilterTable target;
  private SourceSessions leaving;
  private TargetSessions arriving;

  @BeforeEach
  void nodes() throws Exception {
    vm = InetAddress.getByName("10.30.0.100");
    flows =
        ReshapedFlows.longLived(
            ExampleFlows.between(InetAddress.getByName("192.0.2.9"), vm, FLOWS / 2));
    order =
        new SyncOrder(
            "uid",
            "ns",
            "conclusion",
            "ns_vm",
            new SyncOrder.Nodes("source", "target"),
            Set.of(vm),
            SessionLimits.LONGEST_HOLD,
            SessionLimits.LONGEST_HOLD,
            SyncOrder.DeadlinePolicy.IGNORE);
    source = NetfilterTable.open(NetworkNamespace.fresh());
    target = NetfilterTable.open(NetworkNamespace.fresh());
    target.listen();
    var unused = source.apply(flows, ends -> Optional.empty());
    leaving =
        new SourceSessions(
            SyncTables.ofNode(source),
            Set::of,
            new TransferOutlet(transport, TransferTimeouts.DEFAULTS, fault -> {}),
            (sync, told) -> {},
            SessionLimits.DEFAULTS,
            timer,
            Clock.systemUTC());
    arriving = target();
  }

  @AfterEach
  void clean() {
    leaving.close();
    arriving.close();
    timer.shutdownNow();
    source.close();
    target.close();
  }

  /** The process that was killed is the one that is never closed: nothing of it is asked again. */
  @Test
  void aSyncThatFailedWhileTheAgentWasDeadIsRolledBackByTheNextOne() throws Exception {
    stale();
    Map<EntryKey, String> before = contents();
    sync();
    assertThat(contents()).isNotEqualTo(before);

    arriving.close();
    arriving = target();
    arriving.concluded(order, Conclusion.ROLL_BACK);

    awaitCleanup();
    assertThat(contents()).isEqualTo(before);
    assertThat(journals.toFile().list()).isEmpty();
  }

  @Test
  void aSyncThatWentOnAfterARestartIsRolledBackWhole() throws Exception {
    stale();
    Map<EntryKey, String> before = contents();
    sync();
    arriving.close();
    arriving = target();
    sync();

    arriving.concluded(order, Conclusion.ROLL_BACK);

    awaitCleanup();
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void theEndIsLearntTwice() throws Exception {
    sync();
    arriving.concluded(order, Conclusion.ROLL_BACK);
    awaitCleanup();
    arriving.concluded(order, Conclusion.ROLL_BACK);
    arriving.assigned(order, SyncBench.freeEndpoint());

    assertThat(contents()).isEmpty();
    assertThat(progress.stream().filter(told -> told.cleanup().isPresent())).hasSize(1);
  }

  @Test
  void aJournalOfASyncThatIsGoneIsThrownAwayAndItsEntriesStay() throws Exception {
    sync();
    arriving.close();
    arriving = target();

    arriving.onlyTheseExist(Set.of());
    arriving.concluded(order, Conclusion.ROLL_BACK);

    assertThat(journals.toFile().list()).isEmpty();
    assertThat(contents()).hasSize(FLOWS);
  }

  @Test
  void whatANetworkPluginFlushesAfterTheEndIsPutBack() throws Exception {
    sync();
    leaving.concluded(order, Conclusion.KEEP);
    arriving.concluded(order, Conclusion.KEEP);
    awaitCleanup();

    int flushed = target.remove(flows.subList(0, 50).stream().map(Entry::key).toList());

    assertThat(flushed).isEqualTo(50);
    await("what was flushed is back and told")
        .atMost(PATIENCE)
        .until(() -> progress.get(progress.size() - 1).reasserted() == 50);
    assertThat(contents()).hasSize(FLOWS);
  }

  @Test
  void aVmThatMovesAgainIsLookedAfterNoLonger() throws Exception {
    sync();
    arriving.concluded(order, Conclusion.KEEP);
    awaitCleanup();
    SyncOrder next =
        new SyncOrder(
            "uid-2",
            "ns",
            "back",
            "ns_vm",
            new SyncOrder.Nodes("source", "target"),
            Set.of(vm),
            SessionLimits.LONGEST_HOLD,
            SessionLimits.LONGEST_HOLD,
            SyncOrder.DeadlinePolicy.IGNORE);

    arriving.movesAgain(next);
    var unused = target.remove(flows.stream().map(Entry::key).toList());
    arriving.close();

    assertThat(contents()).isEmpty();
  }

  /** Leftovers of an earlier stay: other values of some of the flows. */
  private void stale() throws TableException {
    var unused =
        target.apply(ReshapedFlows.leftBehind(flows.subList(0, 20)), ends -> Optional.empty());
  }

  private void sync() throws Exception {
    var endpoint = SyncBench.freeEndpoint();
    progress.clear();
    arriving.assigned(order, endpoint);
    leaving.assigned(order, endpoint);
    await("imported")
        .atMost(PATIENCE)
        .until(() -> progress.stream().anyMatch(told -> told.verified().isPresent()));
  }

  private void awaitCleanup() {
    await("cleaned up")
        .atMost(PATIENCE)
        .until(() -> progress.stream().anyMatch(told -> told.cleanup().isPresent()));
  }

  private Map<EntryKey, String> contents() throws TableException {
    Map<EntryKey, String> contents = new HashMap<>();
    target.snapshot(
        Set.of(vm),
        chunk ->
            chunk.forEach(
                entry ->
                    contents.put(
                        entry.key(),
                        HexFormat.of().formatHex(target.reader().significant(entry)))));
    return contents;
  }

  private TargetSessions target() {
    return new TargetSessions(
        SyncTables.ofNode(target),
        new TransferInlet(transport, TransferTimeouts.DEFAULTS, fault -> {}),
        (sync, told) -> progress.add(told),
        new FileJournals(journals, fault -> {}),
        SessionLimits.DEFAULTS,
        timer,
        Clock.systemUTC());
  }
}
