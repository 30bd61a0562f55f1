package io.conntracksync.node.table;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A fake: the stream of a {@link FakeTable}. Strict: a call after closing fails, and with no
 * coverage nothing is ever told.
 */
final class FakeChanges implements Changes {
  private final FakeTable table;
  private final Set<InetAddress> addresses;
  private final EventCoverage coverage;
  private final Set<EntryKey> touched = new LinkedHashSet<>();
  private final Object use = new Object();
  private final Object news = new Object();
  private Hearing hearing = Hearing.EVERYTHING;
  private Wait wait = Wait.ON;
  private Life life = Life.OPEN;

  private enum Hearing {
    EVERYTHING,
    WITH_GAPS
  }

  private enum Wait {
    ON,
    WOKEN
  }

  private enum Life {
    OPEN,
    CLOSED
  }

  FakeChanges(FakeTable table, Set<InetAddress> addresses, EventCoverage coverage) {
    this.table = table;
    this.addresses = Set.copyOf(addresses);
    this.coverage = coverage;
  }

  void changed(EntryKey key) {
    synchronized (news) {
      if (coverage != EventCoverage.NONE && FakeTable.isOf(key, addresses)) {
        touched.add(key);
        news.notifyAll();
      }
    }
  }

  void lose() {
    synchronized (news) {
      hearing = Hearing.WITH_GAPS;
      news.notifyAll();
    }
  }

  @Override
  public Observation await(Duration patience) throws TableException {
    synchronized (use) {
      synchronized (news) {
        long deadline = System.nanoTime() + patience.toNanos();
        long left = patience.toNanos();
        while (isQuiet() && left > 0) {
          try {
            news.wait(left / 1_000_000, (int) (left % 1_000_000));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TableException("interrupted", e);
          }
          left = deadline - System.nanoTime();
        }
        wait = Wait.ON;
      }
      return drain();
    }
  }

  private boolean isQuiet() {
    return life == Life.OPEN
        && wait == Wait.ON
        && touched.isEmpty()
        && hearing == Hearing.EVERYTHING;
  }

  @Override
  public Observation drain() throws TableException {
    synchronized (use) {
      Set<EntryKey> told;
      synchronized (news) {
        requireOpen();
        told = new LinkedHashSet<>(touched);
        touched.clear();
        if (hearing == Hearing.WITH_GAPS) {
          hearing = Hearing.EVERYTHING;
          return new Overrun();
        }
      }
      return look(told);
    }
  }

  @Override
  public void call(Collection<EntryKey> keys) {
    keys.forEach(table::called);
  }

  @Override
  public Delta look(Collection<EntryKey> keys) throws TableException {
    synchronized (use) {
      synchronized (news) {
        requireOpen();
      }
      List<Entry> found = new ArrayList<>();
      Set<EntryKey> missing = new HashSet<>();
      for (EntryKey key : new LinkedHashSet<>(keys)) {
        Optional<Entry> entry = FakeTable.isOf(key, addresses) ? table.find(key) : Optional.empty();
        entry.ifPresentOrElse(found::add, () -> missing.add(key));
      }
      return new Delta(found, missing);
    }
  }

  private void requireOpen() throws TableException {
    if (life == Life.CLOSED) {
      throw new TableException("the stream of changes was closed");
    }
  }

  @Override
  public void wake() {
    synchronized (news) {
      wait = Wait.WOKEN;
      news.notifyAll();
    }
  }

  @Override
  public EventCoverage coverage() {
    return coverage;
  }

  @Override
  public void close() {
    synchronized (news) {
      life = Life.CLOSED;
      news.notifyAll();
    }
    table.closed(this);
  }
}
