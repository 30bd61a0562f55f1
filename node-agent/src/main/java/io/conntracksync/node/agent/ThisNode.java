package io.conntracksync.node.agent;

import io.conntracksync.node.gatekeeping.GateSockets;
import io.conntracksync.node.gatekeeping.HookSocket;
import io.conntracksync.node.gatekeeping.SocketAccess;
import io.conntracksync.node.journal.FileJournals;
import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SourceObserver;
import io.conntracksync.node.session.SourceSessions;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.TargetObserver;
import io.conntracksync.node.session.TargetSessions;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.netfilter.NetfilterTable;
import io.conntracksync.node.transfer.PlainTransport;
import io.conntracksync.node.transfer.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;

/**
 * {@link NodeSide} in earnest: the kernel's table, sessions over TCP, the sockets of hook and gate.
 */
final class ThisNode implements NodeSide {
  /** How long one frame may take from its first byte to its last. */
  private static final Duration FRAME_PATIENCE = Duration.ofSeconds(10);

  /** A domain is paused by one thread of libvirt at a time, or two. */
  private static final int CONNECTIONS_OF_A_GATE = 4;

  private final Settings settings;
  private final NetfilterTable table;
  private final FaultMeters faults;
  private final SessionLimits limits;
  private final NodeThreads threads = new NodeThreads();
  private final Deque<Runnable> closings = new ArrayDeque<>();
  private Optional<TargetSessions> target = Optional.empty();
  private Optional<GateSockets> gates = Optional.empty();

  private ThisNode(Settings settings, NetfilterTable table, FaultMeters faults) {
    this.settings = settings;
    this.table = table;
    this.faults = faults;
    this.limits =
        new SessionLimits(
            settings.maxSyncs(), settings.maxEntries(), settings.defaultHookDeadline());
    closings.push(table::close);
    closings.push(threads::close);
  }

  /** Throws when the table of this network namespace cannot be used. */
  static ThisNode open(Settings settings, MeterRegistry meters) throws StartException {
    try {
      NetfilterTable table = NetfilterTable.open(NetworkNamespace.ofThisProcess());
      try {
        // Entries that are made while nobody listens stay silent: no later than this.
        table.listen();
      } catch (TableException | RuntimeException e) {
        table.close();
        throw e;
      }
      TableMeters.register(meters, table::overruns);
      return new ThisNode(settings, table, new FaultMeters(meters));
    } catch (TableException error) {
      throw new StartException(error.getMessage(), error);
    }
  }

  @Override
  public ConntrackTable table() {
    return table;
  }

  @Override
  public Sessions source(SourceObserver observer) {
    SourceSessions sessions =
        new SourceSessions(
            table,
            new TransferOutlet(transport(), TransferTimeouts.DEFAULTS, faults::count),
            observer,
            limits,
            threads.executor(),
            Clock.systemUTC());
    GateSockets sockets =
        new GateSockets(
            settings.gateFolder(),
            access(CONNECTIONS_OF_A_GATE),
            new SessionGateDesk(sessions),
            faults::countOfGate,
            threads.executor());
    closings.push(sessions::close);
    closings.push(sockets::close);
    gates = Optional.of(sockets);
    return new DepartingSessions(new GatedSessions(sessions, sockets), this::leaves);
  }

  @Override
  public Sessions target(TargetObserver observer) {
    TargetSessions sessions =
        new TargetSessions(
            table,
            new TransferInlet(transport(), TransferTimeouts.DEFAULTS, faults::count),
            observer,
            new FileJournals(settings.journalFolder(), faults::countOfJournal),
            limits,
            threads.executor(),
            Clock.systemUTC());
    closings.push(sessions::close);
    target = Optional.of(sessions);
    return sessions;
  }

  @Override
  public void rehearse() throws IOException {
    new NodeRehearsal(table, transport(), threads.executor()).play();
  }

  @Override
  public AutoCloseable openSockets() throws IOException {
    TargetSessions answering =
        target.orElseThrow(() -> new IllegalStateException("the hook asks target sessions"));
    gates.orElseThrow(() -> new IllegalStateException("gates ask source sessions")).prepare();
    return HookSocket.open(
        settings.hookSocket(),
        access(SocketAccess.DEFAULTS.maxConnections()),
        new SessionHookDesk(answering),
        faults::countOfHook,
        threads.executor());
  }

  private void leaves(SyncOrder order) {
    target.ifPresent(sessions -> sessions.movesAgain(order));
  }

  @Override
  public void onlyTheseExist(Set<String> syncs) {
    target.ifPresent(sessions -> sessions.onlyTheseExist(syncs));
  }

  private SocketAccess access(int maxConnections) {
    return new SocketAccess(
        settings.hookPeers(), maxConnections, SocketAccess.DEFAULTS.lineTimeout());
  }

  /** Replaced by TLS when agents have keys. */
  private Transport transport() {
    return new PlainTransport(threads.executor(), FRAME_PATIENCE);
  }

  @Override
  public void close() {
    while (!closings.isEmpty()) {
      closings.pop().run();
    }
  }
}
