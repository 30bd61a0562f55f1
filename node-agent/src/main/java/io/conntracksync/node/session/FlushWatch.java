package io.conntracksync.node.session;

import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an import from being flushed: a network plugin that sets the VM's addresses up for the
 * first time takes out all entries that name them. Where the table can tell that this is still to
 * come, the first entries wait for it, but not for long and never while a hook waits: they are
 * applied then, and put back when it has come. Safe for use by several threads.
 */
final class FlushWatch {
  private static final Logger LOG = LoggerFactory.getLogger(FlushWatch.class);

  /** How long entries wait that nobody else waits for. The plugin is usually done before. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration TURN = Duration.ofMillis(20);

  private final ConntrackTable table;
  private final Set<InetAddress> addresses;
  private Stage stage = Stage.UNKNOWN;
  private Pace pace = Pace.PATIENT;

  private enum Stage {
    /** Nothing was applied yet. */
    UNKNOWN,
    /** Something was applied that is about to be flushed. */
    EXPECTED,
    /** What was applied since stays. */
    OVER
  }

  private enum Pace {
    PATIENT,
    HURRIED
  }

  FlushWatch(ConntrackTable table, Set<InetAddress> addresses) {
    this.table = table;
    this.addresses = Set.copyOf(addresses);
  }

  /** Before anything is applied. Returns at once from the second time on. */
  synchronized void beforeApplying() {
    if (stage != Stage.UNKNOWN) {
      return;
    }
    long end = System.nanoTime() + PATIENCE.toNanos();
    boolean expected = isExpected();
    while (expected && pace == Pace.PATIENT && System.nanoTime() < end) {
      try {
        wait(TURN.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        pace = Pace.HURRIED;
      }
      expected = isExpected();
    }
    stage = expected ? Stage.EXPECTED : Stage.OVER;
    if (expected) {
      LOG.info("entries are applied before the network plugin has set the addresses up");
    }
  }

  /** Whether what was applied before has been flushed; true once. */
  synchronized boolean hasCome() {
    if (stage != Stage.EXPECTED || isExpected()) {
      return false;
    }
    stage = Stage.OVER;
    return true;
  }

  /** Somebody waits for the entries: they wait for nothing more. */
  synchronized void hurry() {
    pace = Pace.HURRIED;
    notifyAll();
  }

  private boolean isExpected() {
    try {
      return table.expectsFlush(addresses);
    } catch (TableException e) {
      // Whoever applies is told the same.
      LOG.atDebug().setCause(e).log("not known whether a flush is to come");
      return false;
    }
  }
}
