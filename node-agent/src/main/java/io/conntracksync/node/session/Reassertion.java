package io.conntracksync.node.session;

import io.conntracksync.node.session.TargetJournal.Written;
import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntryReader;
import io.conntracksync.node.table.Observation;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts back what is taken out of the table under a VM that has just arrived: network plugins flush
 * the entries of an address when they set it up or tear it down.
 *
 * <p>A table tells that an entry is gone, not why. What counts as taken out: it was answered, was
 * not seen to be closing, and would have lived on. A connection that ends passes through closing
 * states for seconds before its entry goes, and those are told. What is there, in whatever shape,
 * is left alone. For one thread, but for {@link #stop}.
 */
final class Reassertion implements AutoCloseable {
  /** An entry that is taken out again and again is taken out on purpose. */
  private static final int MOST_TIMES = 3;

  /** Until everything is looked at once more, for tables that do not tell of all entries. */
  private static final Duration FIRST_LOOK = Duration.ofSeconds(1);

  private final ConntrackTable table;
  private final EntryReader reader;
  private final Set<InetAddress> addresses;
  private final Clock clock;
  private final Map<EntryKey, Written> wanted;
  private final Map<EntryKey, Integer> times = new HashMap<>();
  private volatile Course course = Course.UNDER_WAY;
  private volatile Optional<Changes> changes = Optional.empty();
  private Instant nextLook = Instant.MIN;
  private Duration interval = FIRST_LOOK;

  private enum Course {
    UNDER_WAY,
    STOPPED
  }

  Reassertion(
      ConntrackTable table,
      Set<InetAddress> addresses,
      Map<EntryKey, Written> wanted,
      Clock clock) {
    this.table = table;
    this.reader = table.reader();
    this.addresses = addresses;
    this.wanted = new HashMap<>(wanted);
    this.clock = clock;
  }

  /**
   * Waits that long at most for something to happen, and puts back what is missing. The first time
   * it does not wait. Returns how many entries were put back.
   */
  int pass(Duration patience) throws TableException {
    if (changes.isEmpty()) {
      // First the stream, then the look: nothing falls between.
      changes = Optional.of(table.changes(addresses));
      return lookAtAll();
    }
    Observation observation = changes.get().await(patience);
    int returned = observation instanceof Delta delta ? settle(delta) : lookAtAll();
    return clock.instant().isBefore(nextLook) ? returned : returned + lookAtAll();
  }

  private int lookAtAll() throws TableException {
    nextLook = clock.instant().plus(interval);
    interval = interval.multipliedBy(2);
    int returned = 0;
    for (List<EntryKey> part : Parts.of(wanted.keySet())) {
      returned += settle(changes.orElseThrow().look(part));
    }
    return returned;
  }

  private int settle(Delta delta) throws TableException {
    Instant now = clock.instant();
    for (Entry entry : delta.upserts()) {
      wanted.computeIfPresent(entry.key(), (key, older) -> new Written(entry, now));
    }
    List<Entry> missing = missing(delta.removed(), now);
    if (missing.isEmpty() || course == Course.STOPPED) {
      return 0;
    }
    Set<EntryKey> returned = table.add(missing);
    for (Entry entry : missing) {
      if (returned.contains(entry.key())) {
        wanted.put(entry.key(), new Written(entry, now));
      } else {
        // Another flow has its place.
        wanted.remove(entry.key());
      }
    }
    return returned.size();
  }

  /** Those that were taken out, as they would be now; of the others nothing is wanted any more. */
  private List<Entry> missing(Collection<EntryKey> gone, Instant now) {
    List<Entry> missing = new ArrayList<>();
    for (EntryKey key : gone) {
      Written last = wanted.get(key);
      if (last == null) {
        continue;
      }
      Optional<Entry> alive = reader.later(last.entry(), Duration.between(last.at(), now));
      if (alive.isPresent()
          && !reader.mayEndEarly(last.entry())
          && times.merge(key, 1, Integer::sum) <= MOST_TIMES) {
        missing.add(alive.get());
      } else {
        wanted.remove(key);
      }
    }
    return missing;
  }

  /** From now on nothing is put back; ends a wait. From any thread. */
  void stop() {
    course = Course.STOPPED;
    changes.ifPresent(Changes::wake);
  }

  @Override
  public void close() {
    changes.ifPresent(Changes::close);
  }
}
