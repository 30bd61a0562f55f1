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
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection is told of the source's table: a snapshot, then what changes, in rounds that
 * the target acknowledges. For one thread; {@link #drainFor} and {@link #wake} are for any.
 *
 * <p>After a switchover the target's table is the truth, and what happens to the entries that stay
 * behind (they run out, or a network plugin flushes them) is nothing to tell: from then on nothing
 * is sent until another switchover is announced or the VM runs on here, which compares everything.
 *
 * <p>A switchover that nobody announces looks just like that flush. So entries that are gone are
 * told at an announced one only, and in time, when the VM stands still and all of them went before;
 * until then, and when it is not announced, the target keeps them, where they run out by
 * themselves.
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
  private final RollCall rollCall;
  private final ExportFilter exports;
  private final AtomicReference<Drain> asked = new AtomicReference<>(new Drain(0, Instant.MIN));
  private final AtomicLong followed = new AtomicLong();

  /** Gone here, and not yet told. Never more than were sent. */
  private final Set<EntryKey> departed = new HashSet<>();

  private Course course = Course.FOLLOWING;
  private long drained;
  private Instant lastRound;
  private Instant lastRefresh;
  private Instant lastMeasured;
  private long bytesBefore;
  private long entries;
  private int overruns;
  private Content content = Content.NOTHING;
  private Map<RefusalReason, Long> refusedBefore = Map.of();

  private enum Course {
    FOLLOWING,
    DRAINING,
    STANDING_STILL
  }

  private enum Content {
    NOTHING,
    CHANGES
  }

  /**
   * A pause of the VM.
   *
   * @param inTime until when what is gone went before the pause
   */
  private record Drain(long switchover, Instant inTime) {}

  /**
   * What a turn came to.
   *
   * @param round one that is acknowledged, unless it was empty
   * @param drained the switchover for which everything is acknowledged
   */
  record Turn(Optional<SourceRound> round, OptionalLong drained) {
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
    this.rollCall = new RollCall(changes);
    this.exports = new ExportFilter(rule);
    this.lastRound = clock.instant();
    this.lastRefresh = lastRound;
    this.lastMeasured = lastRound;
    this.bytesBefore = link.bytesSent();
  }

  /** Sends everything there is; returns when the target has dealt with it. */
  SourceRound snapshot() throws IOException {
    compare();
    return acknowledged(Optional.empty());
  }

  /**
   * Sends what has changed, or waits for that, a round at most. Throws {@link TableException} when
   * the table cannot be read, as the link does when that is of no use any more.
   */
  Turn turn() throws IOException {
    Optional<Instant> heard = asked.get().switchover() == drained ? hear() : Optional.empty();
    Drain drain = asked.get();
    if (drain.switchover() != drained) {
      catchUp(drain.inTime());
      drained = drain.switchover();
      return new Turn(roundOfSome(), OptionalLong.of(drained));
    }
    if (course == Course.STANDING_STILL && followed.get() >= drained) {
      course = Course.FOLLOWING;
      compare();
    }
    if (heard.isPresent() && isDue(lastMeasured, ROUND)) {
      // A barrier of its own, once a second: at the usual one the change may be a second old.
      SourceRound round = acknowledged(heard);
      lastMeasured = lastRound;
      refresh();
      return new Turn(Optional.of(round), OptionalLong.empty());
    }
    if (!isDue(lastRound, ROUND)) {
      return Turn.NOTHING;
    }
    if (course == Course.FOLLOWING) {
      refresh();
    }
    return new Turn(roundOfSome(), OptionalLong.empty());
  }

  /**
   * Has the next turn send everything up to now. The number is above 0, and rises. What is gone is
   * told until {@code inTime} only: later, the VM may run elsewhere and a plugin have flushed it.
   */
  void drainFor(long switchover, Instant inTime) {
    asked.set(new Drain(switchover, inTime));
    changes.wake();
  }

  /** The VM runs on here after that switchover, unless another one was announced since. */
  void followFrom(long switchover) {
    followed.set(switchover);
    changes.wake();
  }

  /** That switchover was before this connection: the snapshot was all that was to be said. */
  void standStill(long switchover) {
    asked.set(new Drain(switchover, Instant.MIN));
    drained = switchover;
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

  /** Waits, and sends what has changed; when that was read, if there was something to send. */
  private Optional<Instant> hear() throws IOException {
    if (course == Course.FOLLOWING) {
      rollCall.callSome();
    }
    Observation observed = changes.await(untilRound());
    if (course != Course.FOLLOWING) {
      return Optional.empty();
    }
    Instant heard = clock.instant();
    long before = entries;
    tell(observed, Source.EVENT);
    return entries > before ? Optional.of(heard) : Optional.empty();
  }

  /** What an entry does that tells nothing by itself is found out now at the latest. */
  private void catchUp(Instant inTime) throws IOException {
    Observation heard = changes.drain();
    Course before = course;
    if (!clock.instant().isAfter(inTime)) {
      course = Course.DRAINING;
      tellDepartures();
    }
    if (before == Course.STANDING_STILL || changes.coverage() == EventCoverage.NONE) {
      compare();
    } else {
      tell(heard, Source.EVENT);
      if (changes.coverage() == EventCoverage.NEW_ENTRIES_ONLY) {
        look(sent.silent());
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
      look(keys);
    }
  }

  private void look(Set<EntryKey> keys) throws IOException {
    for (List<EntryKey> part : Parts.of(keys)) {
      tell(changes.look(part), Source.LOOK);
    }
  }

  private void tell(Observation observed, Source source) throws IOException {
    if (observed instanceof Delta delta) {
      send(sent.difference(exports.admitted(delta), source, clock.instant()));
    } else if (observed instanceof Overrun) {
      LOG.atDebug().addKeyValue(LogKeys.ENTRIES, sent.size()).log("changes lost, table compared");
      overruns++;
      content = Content.CHANGES;
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
    rollCall.begin(sent);
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
      content = Content.CHANGES;
      entries += delta.upserts().size();
      link.send(delta.upserts());
    }
  }

  private void tellDepartures() throws IOException {
    if (departed.isEmpty()) {
      return;
    }
    content = Content.CHANGES;
    link.remove(Set.copyOf(departed));
    departed.clear();
  }

  /** The barrier goes out in any case: it shows that the connection is still good. */
  private Optional<SourceRound> roundOfSome() throws IOException {
    Content of = content;
    Map<RefusalReason, Long> before = refusedBefore;
    SourceRound round = acknowledged(Optional.empty());
    boolean nothing = of == Content.NOTHING && round.refused().equals(before);
    return nothing ? Optional.empty() : Optional.of(round);
  }

  private SourceRound acknowledged(Optional<Instant> heard) throws IOException {
    Acknowledgement answer = link.barrier();
    lastRound = clock.instant();
    long bytes = link.bytesSent();
    Optional<Duration> lag = heard.map(at -> Duration.between(at, lastRound));
    refusedBefore = exports.refused();
    SourceRound round =
        new SourceRound(entries, bytes - bytesBefore, refusedBefore, overruns, lag, answer);
    bytesBefore = bytes;
    entries = 0;
    overruns = 0;
    content = Content.NOTHING;
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
