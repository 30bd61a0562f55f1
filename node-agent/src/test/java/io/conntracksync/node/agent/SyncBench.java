package io.conntracksync.node.agent;

import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Journals;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SourceSessions;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncTables;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetSessions;
import io.conntracksync.node.table.FakeTable;
import io.conntracksync.node.transfer.AgentKey;
import io.conntracksync.node.transfer.PublishedByHand;
import io.conntracksync.node.transfer.TransferFault;
import io.conntracksync.node.transfer.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Two agents' sessions over real TLS on the loopback interface, with tables in memory. */
final class SyncBench implements AutoCloseable {
  static final String VM = "10.0.0.5";
  static final String PEER = "192.0.2.7";
  static final SyncOrder.Nodes NODES = new SyncOrder.Nodes("source", "target");
  static final String DOMAIN = "ns_vm";
  static final String UUID = "5f0f3a52-7f8a-4d0e-9d6f-1c2b3a4d5e6f";

  private static final Duration PLENTY = Duration.ofSeconds(20);

  final FakeTable sourceTable;
  final FakeTable targetTable;
  final List<SourceProgress> sourceProgress = new CopyOnWriteArrayList<>();
  final List<TargetProgress> targetProgress = new CopyOnWriteArrayList<>();
  final List<TransferFault> sourceFaults = new CopyOnWriteArrayList<>();
  final List<TransferFault> targetFaults = new CopyOnWriteArrayList<>();
  final Endpoint endpoint = freeEndpoint();

  private final SessionLimits limits;
  private final Journals journals;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final PublishedByHand published = new PublishedByHand();
  private final AgentKey targetKey = PublishedByHand.newKey();
  private AgentKey sourceKey = PublishedByHand.newKey();
  private SourceSessions source;
  private TargetSessions target;

  SyncBench() {
    this(new FakeTable(), new FakeTable(), SessionLimits.DEFAULTS);
  }

  SyncBench(FakeTable sourceTable, FakeTable targetTable, SessionLimits limits) {
    this(sourceTable, targetTable, limits, Journals.NONE);
  }

  SyncBench(FakeTable sourceTable, FakeTable targetTable, SessionLimits limits, Journals journals) {
    this.journals = journals;
    this.sourceTable = sourceTable;
    this.targetTable = targetTable;
    this.limits = limits;
    publishSource();
    published.publish(NODES.target(), targetKey);
    this.source = newSource();
    this.target = newTarget();
  }

  SourceSessions source() {
    return source;
  }

  TargetSessions target() {
    return target;
  }

  /** As the source's agent has it. */
  Transport transport() {
    return published.transport(sourceKey, timer, PLENTY);
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  /** With a new key, as the process after the first would have. */
  void restartSource() {
    restartSourceInSilence();
    publishSource();
  }

  /** The same, but nobody has heard of the new key yet. */
  void restartSourceInSilence() {
    source.close();
    sourceKey = PublishedByHand.newKey();
    source = newSource();
  }

  void publishSource() {
    published.publish(NODES.source(), sourceKey);
  }

  void restartTarget() {
    target.close();
    target = newTarget();
  }

  static SyncOrder order(Duration hookDeadline, SyncOrder.DeadlinePolicy policy) {
    return new SyncOrder(
        "uid-1",
        "ns",
        "migration",
        DOMAIN,
        NODES,
        Set.of(FakeTable.address(VM)),
        hookDeadline,
        PLENTY,
        policy);
  }

  static SyncOrder order() {
    return order(PLENTY, SyncOrder.DeadlinePolicy.IGNORE);
  }

  static Endpoint freeEndpoint() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Endpoint(free.getInetAddress(), free.getLocalPort());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The reason of the target's latest word. */
  String imported() {
    return last(targetProgress).map(progress -> progress.imported().reason()).orElse("");
  }

  String exported() {
    return last(sourceProgress).map(progress -> progress.exported().reason()).orElse("");
  }

  static <T> Optional<T> last(List<T> all) {
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  @Override
  public void close() {
    source.close();
    target.close();
    timer.shutdownNow();
  }

  private SourceSessions newSource() {
    return new SourceSessions(
        SyncTables.ofNode(sourceTable),
        Set::of,
        new TransferOutlet(transport(), TransferTimeouts.DEFAULTS, sourceFaults::add),
        (order, progress) -> sourceProgress.add(progress),
        limits,
        timer,
        Clock.systemUTC());
  }

  private TargetSessions newTarget() {
    return new TargetSessions(
        SyncTables.ofNode(targetTable),
        new TransferInlet(
            published.transport(targetKey, timer, PLENTY),
            TransferTimeouts.DEFAULTS,
            targetFaults::add),
        (order, progress) -> targetProgress.add(progress),
        journals,
        limits,
        timer,
        Clock.systemUTC());
  }
}
