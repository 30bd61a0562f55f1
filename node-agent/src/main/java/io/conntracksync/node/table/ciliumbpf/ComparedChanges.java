package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.Observation;
import io.conntracksync.node.table.TableException;
import java.time.Duration;
import java.util.Collection;

/**
 * A stream that tells nothing: maps have no events. Whoever follows it takes snapshots at an
 * interval and compares, as {@link EventCoverage#NONE} says; {@link #await} is the interval.
 */
final class ComparedChanges implements Changes {
  private final Look look;
  private final Object lock = new Object();
  private Call call = Call.NONE;

  private enum Call {
    NONE,
    WAKE,
    CLOSE
  }

  /** Reads these entries as they are now. */
  @FunctionalInterface
  interface Look {
    Delta at(Collection<EntryKey> keys) throws TableException;
  }

  ComparedChanges(Look look) {
    this.look = look;
  }

  @Override
  public Observation await(Duration patience) throws TableException {
    long end = System.nanoTime() + patience.toNanos();
    synchronized (lock) {
      while (call == Call.NONE) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          break;
        }
        try {
          // Rounded up: a wait of 0 would be one without an end.
          lock.wait((left + 999_999) / 1_000_000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          // Not an empty answer: the next wait would end as soon, and the next.
          throw new TableException("the wait for changes was interrupted", e);
        }
      }
      if (call == Call.WAKE) {
        call = Call.NONE;
      }
    }
    return drain();
  }

  @Override
  public Observation drain() throws TableException {
    requireOpen();
    return Delta.NOTHING;
  }

  @Override
  public Delta look(Collection<EntryKey> keys) throws TableException {
    requireOpen();
    return look.at(keys);
  }

  @Override
  public void wake() {
    call(Call.WAKE);
  }

  @Override
  public EventCoverage coverage() {
    return EventCoverage.NONE;
  }

  @Override
  public void close() {
    call(Call.CLOSE);
  }

  private void call(Call next) {
    synchronized (lock) {
      if (call != Call.CLOSE) {
        call = next;
        lock.notifyAll();
      }
    }
  }

  private void requireOpen() throws TableException {
    synchronized (lock) {
      if (call == Call.CLOSE) {
        throw new TableException("the stream of changes is closed");
      }
    }
  }
}
