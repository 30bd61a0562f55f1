package io.conntracksync.node.session;

import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.ExportRule;
import io.conntracksync.node.table.Observation;
import io.conntracksync.node.table.Overrun;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.SentEntries;
import io.conntracksync.node.table.SentEntries.Source;
import io.conntracksync.node.table.TableException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection is told of the source's table: a snapshot, then what changes, in rounds that
 * the target acknowledges. For one thread; {@link #drainFor} and {@link #wake} are for any.
 *
 * <p>After a switchover the target's table is the truth, and what happens to the entries that stay
 * behind (they run out, or a network plugin flushes them) is nothing to tell: from then on nothing
 * is sent until another switchover is asked for, which compares everything.
 *
 * <p>A switchover that nobody announces looks just like that flush. So entries that are gone are
 * told at an announced one only, when the VM stands still and all of them went before; until then,
 * and without a gate, the target keeps them, where they run out by themselves.
 */
final class SourceFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SourceFeed.class);

  /** So often the target is asked; also how late a broken connection is noticed at most. */
  private static final Duration ROUND = Duration.ofSeconds(1);

  /** So often entries are looked at that tell nothing by themselves. */
  private static final Duration REFRESH = Duration.ofSeconds(10);

  private final ConntrackTable table;
  private final Set<InetAddress> addresses;
  private final Outlet.Link link;
  private final Clock clock;
  private final Changes changes;
  private final SentEntries sent;
  private final ExportFilter exports;
  private final AtomicLong asked = new AtomicLong();

  /** Gone here, and not yet told. Never more than were sent. */
  private final Set<EntryKey> departed = new HashSet<>();

  private Course course = Course.FOLLOWING;
  private long drained;
  private Instant lastRound;
  private Instant lastRefresh;
  private long bytesBefore;
  private long entries;
  private Round.Content content = Round.Content.NOTHING;
  private Map<RefusalReason, Long> refusedBefore = Map.of();

  private enum Course {
    FOLLOWING,
    DRAINING,
    STANDING_STILL
  }

  /**
   * What was sent between two barriers.
   *
   * @param bytes with their framing
   * @param refused what was not sent, by reason, since this feed began
   */
  record Round(long entries, long bytes, Acknowledgement answer, Map<RefusalReason, Long> refused) {
    private enum Content {
      NOTHING,
      CHANGES
    }
  }

  /**
   * What a turn came to.
   *
   * @param round one that is acknowledged, unless it was empty
   * @param drained the switchover for which everything is acknowledged
   */
  record Turn(Optional<Round> round, OptionalLong drained) {
    static final Turn NOTHING = new Turn(Optional.empty(), OptionalLong.empty());
  }

  /** Listens to the table from now on. */
  SourceFeed(
      ConntrackTable table,
      Set<InetAddress> addresses,
      ExportRule rule,
      Outlet.Link link,
      Clock clock)
      throws TableException {
    this.table = table;
    this.addresses = addresses;
    this.link = link;
    this.clock = clock;
    this.changes = table.changes(addresses);
    this.sent = new SentEntries(table.reader());
    this.exports = new ExportFilter(rule);
    this.lastRound = clock.instant();
    this.lastRefresh = lastRound;
    this.bytesBefore = link.bytesSent();
  }

  /** Sends everything there is; returns when the target has dealt with it. */
  Round snapshot() throws IOException {
    compare();
    return acknowledged();
  }

  /**
   * Sends what has changed, or waits for that, a round at most. Throws {@link TableException} when
   * the table cannot be read, as the link does when that is of no use any more.
   */
  Turn turn() throws IOException {
    if (asked.get() == drained) {
      Observation observed = changes.await(untilRound());
      if (course == Course.FOLLOWING) {
        tell(observed, Source.EVENT);
      }
    }
    long switchover = asked.get();
    if (switchover != drained) {
      catchUp();
      drained = switchover;
      return new Turn(roundOfSome(), OptionalLong.of(switchover));
    }
    if (!isDue(lastRound, ROUND)) {
      return Turn.NOTHING;
    }
    if (course == Course.FOLLOWING) {
      refresh();
    }
    return new Turn(roundOfSome(), OptionalLong.empty());
  }

  /** Has the next turn send everything up to now. The number is above 0, and never used again. */
  void drainFor(long switchover) {
    asked.set(switchover);
    changes.wake();
  }

  /** The switchover was before this connection: the snapshot was all that was to be said. */
  void standStill() {
    course = Course.STANDING_STILL;
  }

  /** Ends the wait of the present turn or the next one. */
  void wake() {
    changes.wake();
  }

  @Override
  public void close() {
    changes.close();
  }

  /** What an entry does that tells nothing by itself is found out now at the latest. */
  private void catchUp() throws IOException {
    Observation heard = changes.drain();
    Course before = course;
    course = Course.DRAINING;
    tellDepartures();
    if (before == Course.STANDING_STILL || changes.coverage() == EventCoverage.NONE) {
      compare();
    } else {
      tell(heard, Source.EVENT);
      if (changes.coverage() == EventCoverage.NEW_ENTRIES_ONLY) {
        tell(changes.look(sent.silent()), Source.LOOK);
      }
    }
    course = Course.STANDING_STILL;
  }

  private void refresh() throws IOException {
    if (changes.coverage() == EventCoverage.NONE) {
      compare();
    } else if (isDue(lastRefresh, REFRESH)) {
      lastRefresh = clock.instant();
      Set<EntryKey> keys = new HashSet<>(sent.halfSpent(lastRefresh));
      if (changes.coverage() == EventCoverage.NEW_ENTRIES_ONLY) {
        keys.addAll(sent.silent());
      }
      tell(changes.look(keys), Source.LOOK);
    }
  }

  private void tell(Observation observed, Source source) throws IOException {
    if (observed instanceof Delta delta) {
      send(sent.difference(exports.admitted(delta), source, clock.instant()));
    } else if (observed instanceof Overrun) {
      LOG.atDebug().addKeyValue(LogKeys.ENTRIES, sent.size()).log("changes lost, table compared");
      compare();
    } else {
      throw new IllegalStateException("nobody tells " + observed);
    }
  }

  /** Sends in what the table differs from what was sent; at first, that is all of it. */
  private void compare() throws IOException {
    SentEntries.Comparison comparison = sent.compare();
    ExportFilter.Pass pass = exports.snapshot();
    table.snapshot(
        addresses,
        new EntrySink() {
          @Override
          public void accept(List<Entry> chunk) throws TableException {
            try {
              send(new Delta(comparison.take(pass.take(chunk), clock.instant()), Set.of()));
            } catch (IOException e) {
              throw new LinkBrokeException(e);
            }
          }

          @Override
          public void passedOver(RefusalReason reason, int count) {
            pass.passedOver(reason, count);
          }
        });
    pass.finish();
    send(new Delta(List.of(), comparison.finish()));
  }

  private void send(Delta delta) throws IOException {
    if (delta.isEmpty()) {
      return;
    }
    departed.addAll(delta.removed());
    delta.upserts().forEach(entry -> departed.remove(entry.key()));
    if (course == Course.DRAINING) {
      // What is gone first: another flow may have its place.
      tellDepartures();
    }
    if (!delta.upserts().isEmpty()) {
      content = Round.Content.CHANGES;
      entries += delta.upserts().size();
      link.send(delta.upserts());
    }
  }

  private void tellDepartures() throws IOException {
    if (departed.isEmpty()) {
      return;
    }
    content = Round.Content.CHANGES;
    link.remove(Set.copyOf(departed));
    departed.clear();
  }

  /** The barrier goes out in any case: it shows that the connection is still good. */
  private Optional<Round> roundOfSome() throws IOException {
    Round.Content of = content;
    Map<RefusalReason, Long> before = refusedBefore;
    Round round = acknowledged();
    boolean nothing = of == Round.Content.NOTHING && round.refused().equals(before);
    return nothing ? Optional.empty() : Optional.of(round);
  }

  private Round acknowledged() throws IOException {
    Acknowledgement answer = link.barrier();
    long bytes = link.bytesSent();
    Round round = new Round(entries, bytes - bytesBefore, answer, exports.refused());
    refusedBefore = round.refused();
    bytesBefore = bytes;
    entries = 0;
    content = Round.Content.NOTHING;
    lastRound = clock.instant();
    return round;
  }

  private Duration untilRound() {
    Duration left = ROUND.minus(Duration.between(lastRound, clock.instant()));
    // A clock that was set back must not make it wait for longer.
    return left.compareTo(ROUND) > 0 ? ROUND : left.isNegative() ? Duration.ZERO : left;
  }

  private boolean isDue(Instant last, Duration interval) {
    Duration passed = Duration.between(last, clock.instant());
    return passed.isNegative() || passed.compareTo(interval) >= 0;
  }

  /** Carries a broken connection through the table's snapshot. */
  static final class LinkBrokeException extends TableException {
    private static final long serialVersionUID = 1L;

    LinkBrokeException(IOException link) {
      super(link.getMessage(), link);
    }

    IOException link() {
      return (IOException) getCause();
    }
  }
}
