package io.conntracksync.node.session;

import io.conntracksync.node.table.NodeAddresses;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/** The source sessions of one agent. */
public final class SourceSessions implements Sessions, DomainWatcher, AutoCloseable {
  private final SyncTables tables;
  private final NodeAddresses node;
  private final Outlet outlet;
  private final SourceObserver observer;
  private final SessionLimits limits;
  private final Timer timer;
  private final Clock clock;
  private final Map<String, SourceSession> sessions = new LinkedHashMap<>();
  private final RecentUids concluded = new RecentUids();

  /**
   * @param node whose table it is; asked once a connection
   * @param timer wakes sessions and says goodbyes; two threads are enough for all
   */
  public SourceSessions(
      SyncTables tables,
      NodeAddresses node,
      Outlet outlet,
      SourceObserver observer,
      SessionLimits limits,
      ScheduledExecutorService timer,
      Clock clock) {
    this.tables = tables;
    this.node = node;
    this.outlet = outlet;
    this.observer = observer;
    this.limits = limits;
    this.timer = new Timer(timer);
    this.clock = clock;
  }

  @Override
  public synchronized void assigned(SyncOrder order, Endpoint endpoint) {
    SourceSession session = sessions.get(order.uid());
    if (session != null) {
      session.deliver(new SourceEvent.Reassigned(endpoint));
    } else if (concluded.contains(order.uid())) {
      // An informer that was behind: the sync is over.
      return;
    } else if (sessions.size() >= limits.maxSyncs()) {
      // The informer's next resync asks again.
      observer.progressed(
          order, new SourceProgress(SourceFindings.tooManySyncs(limits.maxSyncs()), 0, 0, 0));
    } else {
      SourceSession started =
          new SourceSession(
              order, tables.of(order), node, outlet, observer, timer, clock, endpoint);
      sessions.put(order.uid(), started);
      started.start();
    }
  }

  @Override
  public synchronized void concluded(SyncOrder order, Conclusion conclusion) {
    concluded.add(order.uid());
    SourceSession session = sessions.remove(order.uid());
    if (session != null) {
      session.deliver(new SourceEvent.Concluded(conclusion));
      session.close();
    }
  }

  /**
   * The VM of this domain stops on this node: what changed up to now is to reach the target first.
   * Returns at once; asking again means the same pause. A domain of no sync is answered already.
   */
  public PauseWait paused(String domain, String uuid) {
    return latest(domain)
        .map(SourceSession::paused)
        .orElseGet(() -> PauseWait.answered(PauseOutcome.NOT_SYNCING));
  }

  @Override
  public void changed(String domain, DomainChange change) {
    switch (change) {
      case SUSPENDED -> latest(domain).ifPresent(SourceSession::suspended);
      case RUNS -> latest(domain).ifPresent(SourceSession::resumed);
      case CAME, GONE -> {
        // Whether it came to another node is for that node to say.
      }
    }
  }

  // A libvirt domain has one migration at a time; an earlier one's sync may not be over yet.
  private synchronized Optional<SourceSession> latest(String domain) {
    return sessions.values().stream()
        .filter(session -> session.isFor(domain))
        .reduce((earlier, later) -> later);
  }

  /** Whether a session of this sync is under way. */
  public synchronized boolean carries(String uid) {
    return sessions.containsKey(uid);
  }

  /** The agent stops: connections end, the syncs go on when it is back. */
  @Override
  public synchronized void close() {
    sessions.values().forEach(SourceSession::close);
    sessions.clear();
  }
}
