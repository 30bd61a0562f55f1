package io.conntracksync.node.agent;

import io.conntracksync.node.backend.NodeBackend;
import io.conntracksync.node.gatekeeping.GateSockets;
import io.conntracksync.node.gatekeeping.HookSocket;
import io.conntracksync.node.gatekeeping.SocketAccess;
import io.conntracksync.node.journal.FileJournals;
import io.conntracksync.node.libvirt.Interest;
import io.conntracksync.node.libvirt.LibvirtLoop;
import io.conntracksync.node.libvirt.LibvirtPlace;
import io.conntracksync.node.libvirt.LibvirtWatch;
import io.conntracksync.node.linux.InterfaceAddresses;
import io.conntracksync.node.pod.HookObserver;
import io.conntracksync.node.session.DomainWatcher;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SourceObserver;
import io.conntracksync.node.session.SourceSessions;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.TargetObserver;
import io.conntracksync.node.session.TargetSessions;
import io.conntracksync.node.session.WitnessedSessions;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.transfer.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link NodeSide} in earnest: the node's table, sessions over TLS, the sockets of hook and gate.
 */
final class ThisNode implements NodeSide {
  private static final Logger LOG = LoggerFactory.getLogger(ThisNode.class);

  /** A domain is paused by one thread of libvirt at a time, or two. */
  private static final int CONNECTIONS_OF_A_GATE = 4;

  private final Settings settings;
  private final Trust trust;
  private final NodeBackend backend;
  private final FaultMeters faults;
  private final SessionLimits limits;
  private final LibvirtLoop loop = new LibvirtLoop();
  private final LibvirtWatch libvirt;
  private final List<DomainWatcher> watchers = new CopyOnWriteArrayList<>();
  private final NodeThreads threads = new NodeThreads();
  private final PodSide pods;
  private final Deque<Runnable> closings = new ArrayDeque<>();
  private Optional<TargetSessions> target = Optional.empty();
  private Optional<GateSockets> gates = Optional.empty();

  ThisNode(Settings settings, Trust trust, NodeBackend backend, MeterRegistry meters) {
    this.settings = settings;
    this.trust = trust;
    this.backend = backend;
    this.faults = new FaultMeters(meters);
    this.libvirt =
        new LibvirtWatch(
            settings.libvirtUri(),
            LibvirtPlace.at(settings.libvirtUri()),
            Interest.ALL,
            loop,
            (domain, change) -> watchers.forEach(watcher -> watcher.changed(domain, change)));
    this.pods = new PodSide(settings, faults, loop, threads.executor());
    LibvirtMeter.register(meters, () -> (libvirt.isConnected() ? 1 : 0) + pods.connected());
    this.limits =
        new SessionLimits(
            settings.maxSyncs(), settings.maxEntries(), settings.defaultHookDeadline());
    closings.push(backend::close);
    closings.push(threads::close);
    closings.push(loop::close);
    closings.push(libvirt::close);
  }

  @Override
  public ConntrackTable table() {
    return backend.table();
  }

  @Override
  public Sessions source(SourceObserver observer) {
    SourceSessions sessions =
        new SourceSessions(
            new NodeTables(backend.table(), pods.launchers(), SyncOrder.Pods::source),
            ThisNode::addresses,
            new TransferOutlet(transport(), TransferTimeouts.DEFAULTS, faults::count),
            observer,
            limits,
            threads.executor(),
            Clock.systemUTC());
    SessionGateDesk desk = new SessionGateDesk(sessions);
    GateSockets sockets =
        new GateSockets(
            settings.gateFolder(),
            settings.socketAccess(CONNECTIONS_OF_A_GATE),
            desk,
            faults::countOfGate,
            threads.executor());
    closings.push(sessions::close);
    closings.push(sockets::close);
    gates = Optional.of(sockets);
    watchers.add(sessions);
    Sessions gated = pods.left(new GatedSessions(sessions, sockets), sessions, desk);
    return new SeekingSessions(new DepartingSessions(gated, this::leaves), libvirt::seek);
  }

  @Override
  public Optional<String> advice() {
    return backend.advice();
  }

  private static Set<InetAddress> addresses() {
    try {
      return InterfaceAddresses.ofThisProcess();
    } catch (SocketException e) {
      // Fails open: what could have been left out is sent, and waits there in vain.
      LOG.atWarn().setCause(e).log("addresses of this node not read");
      return Set.of();
    }
  }

  @Override
  public Sessions target(TargetObserver observer, HookObserver hookObserver) {
    TargetSessions sessions =
        new TargetSessions(
            new NodeTables(backend.table(), pods.launchers(), SyncOrder.Pods::target),
            new TransferInlet(transport(), TransferTimeouts.DEFAULTS, faults::count),
            observer,
            new FileJournals(settings.journalFolder(), faults::countOfJournal),
            limits,
            threads.executor(),
            Clock.systemUTC());
    closings.push(sessions::close);
    target = Optional.of(sessions);
    WitnessedSessions witnessed = new WitnessedSessions(sessions, threads.executor());
    watchers.add(witnessed);
    Sessions hooked =
        pods.reached(witnessed, sessions, new SessionHookDesk(sessions), hookObserver);
    return new SeekingSessions(hooked, libvirt::seek);
  }

  @Override
  public void rehearse() throws IOException {
    new NodeRehearsal(backend, trust.toItself(threads.executor()), threads.executor()).play();
  }

  @Override
  public AutoCloseable openSockets() throws IOException {
    TargetSessions answering =
        target.orElseThrow(() -> new IllegalStateException("the hook asks target sessions"));
    gates.orElseThrow(() -> new IllegalStateException("gates ask source sessions")).prepare();
    pods.takeAwayLeft();
    loop.start();
    libvirt.start();
    // Once now: the bindings' first connection takes a good part of a second, which the first
    // migration is not to share its processor with.
    libvirt.seek();
    return HookSocket.open(
        settings.hookSocket(),
        settings.socketAccess(SocketAccess.DEFAULTS.maxConnections()),
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

  private Transport transport() {
    return trust.transport(threads.executor());
  }

  @Override
  public void close() {
    pods.close();
    while (!closings.isEmpty()) {
      closings.pop().run();
    }
  }
}
