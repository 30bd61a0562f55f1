package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One scan for all who ask at a time: the kernel has no filter, so each scan reads the whole table,
 * for whomever it is. Whoever comes first scans; all who come meanwhile wait for the next scan,
 * which one of them does for all. Not for the one under way: it has passed places where an entry
 * may have come since. So nobody waits for more than two, and what an answer holds was never read
 * before the question. Safe for several threads.
 */
final class SharedScan {
  private final EntryScan scan;
  private final Object lock = new Object();
  private Round next = new Round();
  private Course course = Course.IDLE;

  private enum Course {
    IDLE,
    SCANNING
  }

  /** Those who get one scan's answer. Guarded by the lock, but for what its scanner reads. */
  private static final class Round {
    private final Set<InetAddress> addresses = new HashSet<>();
    private Optional<List<FoundEntry>> found = Optional.empty();
    private Optional<Throwable> failure = Optional.empty();

    boolean isOver() {
      return found.isPresent() || failure.isPresent();
    }
  }

  SharedScan(EntryScan scan) {
    this.scan = scan;
  }

  /** Entries of these addresses, and possibly of others that were asked for at the same time. */
  List<FoundEntry> read(Set<InetAddress> addresses) throws TableException {
    Round round = join(addresses);
    if (!round.isOver()) {
      run(round);
    }
    if (round.failure.isPresent()) {
      throw new TableException(
          fault(round.failure.get()),
          "the scan for this sync failed: " + round.failure.get().getMessage(),
          round.failure.get());
    }
    return round.found.orElseThrow();
  }

  private static TableFault fault(Throwable failure) {
    return failure instanceof TableException known ? known.fault() : TableFault.TABLE_FAILED;
  }

  /** A round that is over, or one that the caller has to scan for. */
  private Round join(Set<InetAddress> addresses) {
    synchronized (lock) {
      Round round = next;
      round.addresses.addAll(addresses);
      boolean interrupted = false;
      while (course == Course.SCANNING && !round.isOver()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          // Others may count on this thread; a scan is short.
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (!round.isOver()) {
        course = Course.SCANNING;
        next = new Round();
      }
      return round;
    }
  }

  private void run(Round round) {
    Optional<List<FoundEntry>> found = Optional.empty();
    Optional<Throwable> failure = Optional.of(new IllegalStateException("the scan was cut short"));
    try {
      found = Optional.of(scan.read(Set.copyOf(round.addresses)));
      failure = Optional.empty();
    } catch (TableException | RuntimeException e) {
      failure = Optional.of(e);
    } finally {
      synchronized (lock) {
        round.found = found;
        round.failure = failure;
        course = Course.IDLE;
        lock.notifyAll();
      }
    }
  }
}
