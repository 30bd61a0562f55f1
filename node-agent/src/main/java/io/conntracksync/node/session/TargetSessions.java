package io.conntracksync.node.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The target sessions of one agent, and the answers to the hooks of its node. */
public final class TargetSessions implements Sessions, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TargetSessions.class);

  private final SyncTables tables;
  private final Inlet inlet;
  private final TargetObserver observer;
  private final Journals journals;
  private final SessionLimits limits;
  private final Timer timer;
  private final Clock clock;
  // Read without the lock by hooks, and left by sessions that end: they hold locks of their own.
  private final Map<String, TargetSession> sessions = new ConcurrentHashMap<>();
  private final RecentUids concluded = new RecentUids();
  private final HookLobby lobby = new HookLobby();
  private final AtomicLong waits = new AtomicLong();

  /**
   * @param timer deadlines and retries; two threads are enough for all
   */
  public TargetSessions(
      SyncTables tables,
      Inlet inlet,
      TargetObserver observer,
      Journals journals,
      SessionLimits limits,
      ScheduledExecutorService timer,
      Clock clock) {
    this.tables = tables;
    this.inlet = inlet;
    this.observer = observer;
    this.journals = journals;
    this.limits = limits;
    this.timer = new Timer(timer);
    this.clock = clock;
  }

  @Override
  public synchronized void assigned(SyncOrder order, Endpoint endpoint) {
    TargetSession session = sessions.get(order.uid());
    if (session != null) {
      session.deliver(new TargetEvent.Reassigned(endpoint));
    } else if (concluded.contains(order.uid())) {
      // An informer that was behind: the sync is over.
      return;
    } else if (underWay() >= limits.maxSyncs()) {
      // The informer's next resync asks again.
      Finding finding = TargetFindings.tooManySyncs(limits.maxSyncs());
      observer.progressed(order, TargetCourse.at(order, endpoint).with(finding).progress());
    } else {
      start(order, endpoint);
    }
  }

  /** Of all syncs whose entries are remembered. */
  private long entries() {
    return sessions.values().stream().mapToLong(TargetSession::entries).sum();
  }

  /** Those that only look after what they have brought take up no room. */
  private long underWay() {
    return sessions.values().stream().filter(TargetSession::isUnderWay).count();
  }

  private void start(SyncOrder order, Endpoint endpoint) {
    movesAgain(order);
    TargetSession session = start(order, TargetState.begin(order, endpoint));
    lobby.leaveAll(order.domain()).forEach(session::ask);
    // In this order: whoever is not here any more has given up, or is told by waitInLobby.
    lobby
        .takeMissed(order.domain(), clock.instant())
        .ifPresent(waited -> session.deliver(new TargetEvent.HookMissed(waited)));
  }

  private TargetSession start(SyncOrder order, TargetState.Step begin) {
    TargetTable own =
        new TargetTable(
            tables.of(order),
            order.addresses(),
            limits,
            this::entries,
            journals.open(order.uid()),
            clock);
    TargetSession session =
        new TargetSession(
            order, begin, own, inlet, observer, timer, clock, () -> sessions.remove(order.uid()));
    sessions.put(order.uid(), session);
    session.start();
    return session;
  }

  /**
   * The VM of this sync comes, or goes again: what an earlier sync brought here for its addresses
   * is looked after no longer.
   */
  public void movesAgain(SyncOrder order) {
    for (TargetSession session : sessions.values()) {
      if (!session.order().uid().equals(order.uid()) && session.sharesAddressWith(order)) {
        session.deliver(new TargetEvent.Superseded());
      }
    }
  }

  @Override
  public synchronized void concluded(SyncOrder order, Conclusion conclusion) {
    TargetSession session = sessions.get(order.uid());
    if (session != null) {
      session.deliver(new TargetEvent.Concluded(conclusion, clock.instant()));
    } else if (!concluded.contains(order.uid()) && journals.uids().contains(order.uid())) {
      // The sync ended while no agent ran here.
      var unused = start(order, TargetState.resumeAtTheEnd(order, conclusion));
    }
    concluded.add(order.uid());
  }

  /**
   * These are all the syncs that there are. A journal of any other is thrown away and what it tells
   * of stays in the table: the object is gone without an end that anybody here has seen, and the VM
   * may be running on this node. To cut its connections would be worse than to leave entries that
   * run out.
   */
  public synchronized void onlyTheseExist(Set<String> uids) {
    for (String uid : journals.uids()) {
      if (!uids.contains(uid) && !sessions.containsKey(uid)) {
        LOG.atWarn()
            .addKeyValue(LogKeys.UID, uid)
            .log("the sync of a journal is gone, its entries stay until they run out");
        journals.discard(uid);
      }
    }
  }

  /** Whether a session of this sync is here. */
  public synchronized boolean carries(String uid) {
    return sessions.containsKey(uid);
  }

  /** libvirt announces an incoming migration of this domain: its start is worth a wait. */
  public void incoming(String domain, String uuid) {
    lobby.announce(domain, uuid, clock.instant());
  }

  /** The domain is about to start: whether its entries are there. Returns at once. */
  public HookWait waitFor(String domain, String uuid) {
    Instant now = clock.instant();
    boolean announced = lobby.wasAnnounced(domain, uuid, now);
    Optional<TargetSession> session = sessionOf(domain);
    if (session.isPresent()) {
      return waitIn(session.get(), now);
    }
    return announced
        ? waitInLobby(domain, now)
        : HookWait.answered(now, HookVerdict.Because.NOT_MIGRATING);
  }

  /** As {@link #waitFor}, from a hook that does not name its domain: only one can be meant. */
  public HookWait waitForOnly() {
    Instant now = clock.instant();
    List<TargetSession> candidates =
        sessions.values().stream()
            .filter(session -> session.isFor(session.order().domain()))
            .toList();
    if (candidates.size() == 1) {
      return waitIn(candidates.get(0), now);
    }
    Optional<String> domain = candidates.isEmpty() ? lobby.onlyAnnounced(now) : Optional.empty();
    return domain
        .map(only -> waitInLobby(only, now))
        .orElseGet(() -> HookWait.answered(now, HookVerdict.Because.NOT_MIGRATING));
  }

  /** The agent stops: listeners close, hooks are let go; the syncs go on when it is back. */
  @Override
  public synchronized void close() {
    sessions.values().forEach(TargetSession::close);
    sessions.clear();
    lobby.leaveAll().forEach(HookWait::forget);
  }

  private Optional<TargetSession> sessionOf(String domain) {
    return sessions.values().stream().filter(session -> session.isFor(domain)).findFirst();
  }

  private HookWait waitIn(TargetSession session, Instant now) {
    Duration deadline = session.order().hookDeadline();
    Duration granted =
        deadline.compareTo(SessionLimits.LONGEST_HOLD) < 0 ? deadline : SessionLimits.LONGEST_HOLD;
    HookWait wait = new HookWait(waits.incrementAndGet(), now, granted);
    session.ask(wait);
    return wait;
  }

  private HookWait waitInLobby(String domain, Instant now) {
    Duration granted = limits.defaultHookDeadline();
    HookWait wait = new HookWait(waits.incrementAndGet(), now, granted);
    lobby.enter(domain, wait);
    wait.whenForgotten(() -> lobby.leave(domain, wait));
    timer.after(
        granted,
        () -> {
          if (lobby.giveUp(domain, wait, clock.instant())) {
            // Fails open: what we have not seen does not hold a VM.
            wait.answer(new HookVerdict.Proceed(HookVerdict.Because.NO_SYNC));
          }
        });
    // The sync may have come between our look for it and our entry.
    sessionOf(domain).ifPresent(session -> lobby.leaveAll(domain).forEach(session::ask));
    return wait;
  }
}
