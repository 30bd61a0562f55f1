package io.conntracksync.node.session;

import io.conntracksync.node.session.SourceAction.AnswerSwitchover;
import io.conntracksync.node.session.SourceAction.Connect;
import io.conntracksync.node.session.SourceAction.Drain;
import io.conntracksync.node.session.SourceAction.Export;
import io.conntracksync.node.session.SourceAction.HangUp;
import io.conntracksync.node.session.SourceAction.Pause;
import io.conntracksync.node.session.SourceAction.Report;
import io.conntracksync.node.session.SourceAction.SayBye;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.ExportRule;
import io.conntracksync.node.table.NodeAddresses;
import io.conntracksync.node.table.TableException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of one source session: turns what happens into events, and does what the state wants.
 * What may block is done in the session's own thread; everything else at once, under the lock.
 */
final class SourceSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SourceSession.class);

  /** Where nobody waits for the last changes, they are still given up at some time. */
  private static final Duration LONGEST_LAG = Duration.ofSeconds(10);

  private final SyncOrder order;
  private final ConntrackTable table;
  private final NodeAddresses node;
  private final Outlet outlet;
  private final SourceObserver observer;
  private final Timer timer;
  private final Clock clock;
  private final SessionThread thread;
  private final List<SourceAction> first;
  private final Object lock = new Object();

  private SourceState state;
  private Optional<Outlet.Link> link = Optional.empty();
  private Optional<SourceFeed> feed = Optional.empty();
  private Optional<SourceProgress> reported = Optional.empty();
  private Optional<Switchover> switchover = Optional.empty();
  private Optional<SourceProgress.Switchover> answered = Optional.empty();
  private Guest guest = Guest.RUNS;
  private long switchovers;

  SourceSession(
      SyncOrder order,
      ConntrackTable table,
      NodeAddresses node,
      Outlet outlet,
      SourceObserver observer,
      Timer timer,
      Clock clock,
      Endpoint endpoint) {
    this.order = order;
    this.table = table;
    this.node = node;
    this.outlet = outlet;
    this.observer = observer;
    this.timer = timer;
    this.clock = clock;
    this.thread = new SessionThread("source", order);
    SourceState.Step begin = SourceState.begin(endpoint);
    this.state = begin.next();
    this.first = begin.actions();
  }

  /** Whether the VM runs here, as far as anybody has told. */
  private enum Guest {
    RUNS,
    STANDS_STILL
  }

  void start() {
    synchronized (lock) {
      thread.inContext(() -> first.forEach(this::perform));
    }
  }

  void deliver(SourceEvent event) {
    synchronized (lock) {
      SourceState.Step step = state.on(event);
      state = step.next();
      thread.inContext(() -> step.actions().forEach(this::perform));
    }
  }

  /** Whether the VM of this domain is meant. */
  boolean isFor(String domain) {
    return order.domain().equals(domain);
  }

  /** The VM stops; asked again while that is being answered, it is the same question. */
  PauseWait paused() {
    synchronized (lock) {
      return switchover
          .filter(asked -> asked.announcer() == PauseAnnouncer.GATE)
          .orElseGet(() -> announce(PauseAnnouncer.GATE, order.switchoverDeadline()))
          .question();
    }
  }

  /** The VM has stopped, and nobody waits. Nothing is done when a gate has asked about this. */
  void suspended() {
    synchronized (lock) {
      if (guest == Guest.RUNS) {
        var unused = announce(PauseAnnouncer.LIBVIRT, LONGEST_LAG);
      }
    }
  }

  /** The VM runs on here: what changes is followed again. */
  void resumed() {
    synchronized (lock) {
      guest = Guest.RUNS;
      feed.ifPresent(open -> open.followFrom(switchovers));
    }
  }

  private Switchover announce(PauseAnnouncer announcer, Duration patience) {
    guest = Guest.STANDS_STILL;
    switchovers++;
    long number = switchovers;
    Switchover announced = Switchover.at(clock.instant(), number, announcer, patience);
    // In place of one that nobody waits for, if there is one.
    switchover = Optional.of(announced);
    timer.after(patience, () -> deliver(new SourceEvent.SwitchoverDeadline(number)));
    deliver(new SourceEvent.SwitchoverAsked(number));
    return announced;
  }

  /** The agent stops: the connection ends without a goodbye, the sync goes on elsewhere. */
  @Override
  public void close() {
    synchronized (lock) {
      state = new SourceState.Ended(state.course(), state.finding());
      hangUp();
      switchover.ifPresent(asked -> asked.answer(PauseOutcome.NOT_SYNCING, clock.instant()));
      switchover = Optional.empty();
    }
    // In the session's thread: that one may still be reading it.
    thread.submit(table::close, cause -> {});
    thread.close();
  }

  private void perform(SourceAction action) {
    if (action instanceof Connect connect) {
      int attempt = connect.attempt();
      thread.submit(
          () -> connect(connect), cause -> deliver(new SourceEvent.Unreachable(attempt, cause)));
    } else if (action instanceof Export export) {
      int attempt = export.attempt();
      thread.submit(() -> export(attempt), cause -> deliver(new SourceEvent.Lost(attempt, cause)));
    } else if (action instanceof Drain drain) {
      drain(drain.switchover());
    } else if (action instanceof AnswerSwitchover answer) {
      answer(answer);
    } else if (action instanceof Pause pause) {
      timer.after(pause.duration(), () -> deliver(new SourceEvent.PauseOver(pause.attempt())));
    } else if (action instanceof SayBye bye) {
      sayBye(bye.conclusion());
    } else if (action instanceof HangUp) {
      hangUp();
    } else if (action instanceof Report) {
      report();
    } else {
      throw new IllegalStateException("nobody performs " + action);
    }
  }

  private void drain(long number) {
    Instant inTime =
        switchover
            .map(Switchover::announcedAt)
            .orElse(Instant.MIN)
            .plus(order.switchoverDeadline());
    feed.ifPresent(open -> open.drainFor(number, inTime));
    if (guest == Guest.RUNS) {
      // It ran on before there was a connection to drain.
      feed.ifPresent(open -> open.followFrom(number));
    }
  }

  private void connect(Connect connect) {
    try {
      Outlet.Link opened =
          outlet.open(
              order.nodes().target(),
              new Greeting(order.uid(), table.format(), order.addresses()),
              connect.endpoint());
      synchronized (lock) {
        if (!isCurrent(connect.attempt())) {
          opened.close();
          return;
        }
        link = Optional.of(opened);
        deliver(new SourceEvent.Connected(connect.attempt()));
      }
    } catch (PeerRefusedException e) {
      deliver(new SourceEvent.Refused(connect.attempt(), e.getMessage()));
    } catch (IOException e) {
      deliver(new SourceEvent.Unreachable(connect.attempt(), e.getMessage()));
    }
  }

  private void export(int attempt) {
    Optional<Outlet.Link> current;
    synchronized (lock) {
      current = isCurrent(attempt) ? link : Optional.empty();
    }
    if (current.isEmpty()) {
      return;
    }
    // Opened before the snapshot is taken: what changes meanwhile is told afterwards.
    ExportRule rule = new ExportRule(table.reader(), node.now());
    try (SourceFeed open = new SourceFeed(table, order.addresses(), rule, current.get(), clock)) {
      follow(attempt, open);
    } catch (SourceFeed.LinkBrokeException e) {
      deliver(broken(attempt, e.link()));
    } catch (TableException e) {
      deliver(new SourceEvent.TableFailed(attempt, e.fault(), e.getMessage()));
    } catch (IOException e) {
      deliver(broken(attempt, e));
    }
  }

  private void follow(int attempt, SourceFeed open) throws IOException {
    if (!isFed(attempt, open)) {
      return;
    }
    try {
      acknowledged(attempt, open.snapshot());
      synchronized (lock) {
        if (guest == Guest.STANDS_STILL && switchover.isEmpty()) {
          open.standStill(switchovers);
        }
      }
      while (isCurrentNow(attempt)) {
        SourceFeed.Turn turn = open.turn();
        // The VM stands still for this answer: it comes first.
        turn.drained().ifPresent(number -> deliver(new SourceEvent.Drained(attempt, number)));
        turn.round().ifPresent(round -> acknowledged(attempt, round));
      }
    } finally {
      synchronized (lock) {
        feed = feed.filter(other -> !other.equals(open));
      }
    }
  }

  private boolean isFed(int attempt, SourceFeed open) {
    synchronized (lock) {
      if (!isCurrent(attempt)) {
        return false;
      }
      feed = Optional.of(open);
      return true;
    }
  }

  private void acknowledged(int attempt, SourceRound round) {
    deliver(new SourceEvent.Acknowledged(attempt, round));
  }

  private static SourceEvent broken(int attempt, IOException e) {
    if (e instanceof PeerDoneException) {
      return new SourceEvent.PeerDone(attempt);
    }
    return e instanceof PeerRefusedException
        ? new SourceEvent.Refused(attempt, e.getMessage())
        : new SourceEvent.Lost(attempt, e.getMessage());
  }

  private boolean isCurrent(int attempt) {
    return attempt == state.course().attempt() && !(state instanceof SourceState.Ended);
  }

  private boolean isCurrentNow(int attempt) {
    synchronized (lock) {
      return isCurrent(attempt);
    }
  }

  private void sayBye(Conclusion conclusion) {
    Optional<Outlet.Link> last = link;
    link = Optional.empty();
    letGo();
    // Not in the session's thread: that one is busy with this very connection.
    last.ifPresent(
        open ->
            timer.after(
                Duration.ZERO,
                () -> {
                  open.sayBye(conclusion);
                  open.close();
                }));
  }

  private void hangUp() {
    link.ifPresent(Outlet.Link::close);
    link = Optional.empty();
    letGo();
  }

  /** The session's thread closes the feed, since it may be in the middle of using it. */
  private void letGo() {
    feed.ifPresent(SourceFeed::wake);
    feed = Optional.empty();
  }

  private void answer(AnswerSwitchover answer) {
    Optional<Switchover> waiting =
        switchover.filter(asked -> asked.number() == answer.switchover());
    if (waiting.isPresent()) {
      switchover = Optional.empty();
      // The guest stands still: it is answered first.
      Duration waited = waiting.get().answer(answer.outcome(), clock.instant());
      if (answer.outcome() != PauseOutcome.NOT_SYNCING) {
        answered =
            Optional.of(
                new SourceProgress.Switchover(answer.outcome(), waiting.get().announcer(), waited));
        report();
      }
    }
  }

  private void report() {
    SourceProgress known = state.progress();
    SourceProgress progress = answered.map(known::with).orElse(known);
    if (reported.equals(Optional.of(progress))) {
      return;
    }
    reported = Optional.of(progress);
    Finding finding = progress.exported();
    (finding.verdict() == Finding.Verdict.NO ? LOG.atWarn() : LOG.atInfo())
        .addKeyValue(LogKeys.REASON, finding.reason())
        .addKeyValue(LogKeys.MESSAGE, finding.message())
        .addKeyValue(LogKeys.ENTRIES, progress.entriesSent())
        .addKeyValue(LogKeys.BYTES, progress.bytesSent())
        .log("export progressed");
    observer.progressed(order, progress);
  }
}
