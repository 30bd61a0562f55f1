package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.Observation;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A stream that tells nothing: the API has no events. Whoever looks is answered by an export. */
final class ComparedChanges implements Changes {
  private final CiliumApiTable table;
  private final Set<InetAddress> addresses;
  private final Object news = new Object();
  private Wait wait = Wait.ON;
  private Life life = Life.OPEN;

  private enum Wait {
    ON,
    WOKEN
  }

  private enum Life {
    OPEN,
    CLOSED
  }

  ComparedChanges(CiliumApiTable table, Set<InetAddress> addresses) {
    this.table = table;
    this.addresses = Set.copyOf(addresses);
  }

  @Override
  public Observation await(Duration patience) throws TableException {
    synchronized (news) {
      long deadline = System.nanoTime() + patience.toNanos();
      long left = patience.toNanos();
      while (life == Life.OPEN && wait == Wait.ON && left > 0) {
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

  @Override
  public Observation drain() throws TableException {
    requireOpen();
    return Delta.NOTHING;
  }

  @Override
  public Delta look(Collection<EntryKey> keys) throws TableException {
    requireOpen();
    if (keys.isEmpty()) {
      return Delta.NOTHING;
    }
    Set<EntryKey> missing = new HashSet<>(keys);
    List<Entry> found = new ArrayList<>();
    table.snapshot(
        addresses,
        chunk -> {
          for (Entry entry : chunk) {
            if (missing.remove(entry.key())) {
              found.add(entry);
            }
          }
        });
    return new Delta(found, missing);
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
    return EventCoverage.NONE;
  }

  @Override
  public void close() {
    synchronized (news) {
      life = Life.CLOSED;
      news.notifyAll();
    }
  }

  private void requireOpen() throws TableException {
    synchronized (news) {
      if (life == Life.CLOSED) {
        throw new TableException("the stream of changes was closed");
      }
    }
  }
}
