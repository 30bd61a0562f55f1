package io.conntracksync.node.session;

import io.conntracksync.node.session.SyncOrder.Witness;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target's sessions, of which those without a migration to look at end by what libvirt says of
 * their domain: it runs here, then the entries stay; it was here and is gone without having run,
 * then they go. A domain that already runs here when its sync is seen has come: the agent was away.
 *
 * <p>A domain may run here before the source has sent its last changes: it hears of the pause from
 * an event, too. So a sync whose entries stay is left open a little longer.
 */
public final class WitnessedSessions implements Sessions, DomainWatcher {
  private static final Logger LOG = LoggerFactory.getLogger(WitnessedSessions.class);

  /** How long the last changes may take; nobody waits for it. */
  static final Duration LAST_CHANGES = Duration.ofSeconds(2);

  private final Sessions sessions;
  private final BiConsumer<Duration, Runnable> timer;
  private final Map<String, SyncOrder> open = new LinkedHashMap<>();
  private final RecentUids ended = new RecentUids();

  /** The last word on each domain that is here. */
  private final Map<String, DomainChange> present = new HashMap<>();

  public WitnessedSessions(Sessions sessions, ScheduledExecutorService timer) {
    this(sessions, new Timer(timer)::after);
  }

  WitnessedSessions(Sessions sessions, BiConsumer<Duration, Runnable> timer) {
    this.sessions = sessions;
    this.timer = timer;
  }

  @Override
  public synchronized void assigned(SyncOrder order, Endpoint endpoint) {
    sessions.assigned(order, endpoint);
    if (order.witness() == Witness.LIBVIRT && !ended.contains(order.uid())) {
      open.put(order.uid(), order);
      if (present.get(order.domain()) == DomainChange.RUNS) {
        conclude(order, Conclusion.KEEP);
      }
    }
  }

  @Override
  public synchronized void concluded(SyncOrder order, Conclusion conclusion) {
    if (ended.contains(order.uid()) && order.witness() == Witness.LIBVIRT) {
      // What libvirt said stands: somebody who deletes the sync does not know where the VM is.
      return;
    }
    open.remove(order.uid());
    ended.add(order.uid());
    sessions.concluded(order, conclusion);
  }

  @Override
  public synchronized void changed(String domain, DomainChange change) {
    switch (change) {
      case RUNS -> {
        present.put(domain, change);
        conclude(domain, Conclusion.KEEP);
      }
      case CAME, SUSPENDED -> present.put(domain, change);
      case GONE -> {
        if (present.remove(domain) != null) {
          conclude(domain, Conclusion.ROLL_BACK);
        }
      }
    }
  }

  private void conclude(String domain, Conclusion conclusion) {
    List.copyOf(open.values()).stream()
        .filter(order -> order.domain().equals(domain))
        .forEach(order -> conclude(order, conclusion));
  }

  private void conclude(SyncOrder order, Conclusion conclusion) {
    open.remove(order.uid());
    // Watches go on telling of it until the operator has concluded it.
    ended.add(order.uid());
    LOG.atInfo()
        .addKeyValue(LogKeys.NAMESPACE, order.namespace())
        .addKeyValue(LogKeys.NAME, order.name())
        .addKeyValue(LogKeys.CONCLUSION, conclusion)
        .log("sync ends by what libvirt says of its domain");
    switch (conclusion) {
      case KEEP -> timer.accept(LAST_CHANGES, () -> sessions.concluded(order, conclusion));
      case ROLL_BACK -> sessions.concluded(order, conclusion);
    }
  }
}
