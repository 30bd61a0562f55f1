package io.conntracksync.e2e.traffic;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What is to be done at which time of the run. Owned by one thread. */
final class Agenda {
  private final PriorityQueue<Item> items =
      new PriorityQueue<>(Comparator.comparingLong(Item::atMillis));

  void at(long millis, Runnable action) {
    items.add(new Item(millis, action));
  }

  void runDue(long now) {
    while (!items.isEmpty() && items.peek().atMillis() <= now) {
      items.remove().action().run();
    }
  }

  /** Milliseconds until the next item is due: 0 when it is, {@code idle} when there is none. */
  long untilNext(long now, long idle) {
    return items.isEmpty() ? idle : Math.max(0, items.peek().atMillis() - now);
  }

  private record Item(long atMillis, Runnable action) {}
}
