package io.conntracksync.node.session;

import io.conntracksync.node.session.SourceAction.Connect;
import io.conntracksync.node.session.SourceAction.HangUp;
import io.conntracksync.node.session.SourceAction.Pause;
import io.conntracksync.node.session.SourceAction.Report;
import io.conntracksync.node.session.SourceAction.SayBye;
import io.conntracksync.node.session.SourceAction.SendSnapshot;
import io.conntracksync.node.session.SourceAction.StandBy;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.TableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of one source session: turns what happens into events, and does what the state wants.
 * What may block is done in the session's own thread; everything else at once, under the lock.
 */
final class SourceSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SourceSession.class);

  private final SyncOrder order;
  private final ConntrackTable table;
  private final Outlet outlet;
  private final SourceObserver observer;
  private final Timer timer;
  private final SessionThread thread;
  private final List<SourceAction> first;
  private final Object lock = new Object();

  private SourceState state;
  private Optional<Outlet.Link> link = Optional.empty();
  private Optional<SourceProgress> reported = Optional.empty();

  SourceSession(
      SyncOrder order,
      ConntrackTable table,
      Outlet outlet,
      SourceObserver observer,
      Timer timer,
      Endpoint endpoint) {
    this.order = order;
    this.table = table;
    this.outlet = outlet;
    this.observer = observer;
    this.timer = timer;
    this.thread = new SessionThread("source", order);
    SourceState.Step begin = SourceState.begin(endpoint);
    this.state = begin.next();
    this.first = begin.actions();
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

  /** The agent stops: the connection ends without a goodbye, the sync goes on elsewhere. */
  @Override
  public void close() {
    synchronized (lock) {
      state = new SourceState.Ended(state.course(), state.finding());
      hangUp();
    }
    thread.close();
  }

  private void perform(SourceAction action) {
    if (action instanceof Connect connect) {
      int attempt = connect.attempt();
      thread.submit(
          () -> connect(connect), cause -> deliver(new SourceEvent.Unreachable(attempt, cause)));
    } else if (action instanceof SendSnapshot send) {
      int attempt = send.attempt();
      thread.submit(
          () -> sendSnapshot(attempt), cause -> deliver(new SourceEvent.Lost(attempt, cause)));
    } else if (action instanceof StandBy standBy) {
      int attempt = standBy.attempt();
      thread.submit(() -> standBy(attempt), cause -> deliver(new SourceEvent.Lost(attempt, cause)));
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

  private void connect(Connect connect) {
    try {
      Outlet.Link opened =
          outlet.open(
              new Greeting(order.uid(), table.format(), order.addresses()), connect.endpoint());
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

  private void sendSnapshot(int attempt) {
    onLink(
        attempt,
        open -> {
          long bytesBefore = open.bytesSent();
          AtomicLong entries = new AtomicLong();
          table.snapshot(
              order.addresses(),
              chunk -> {
                try {
                  open.send(chunk);
                } catch (IOException e) {
                  throw new LinkBrokeException(e);
                }
                entries.addAndGet(chunk.size());
              });
          Acknowledgement answer = open.barrier();
          deliver(
              new SourceEvent.Acknowledged(
                  attempt, entries.get(), open.bytesSent() - bytesBefore, answer));
        });
  }

  private void standBy(int attempt) {
    onLink(
        attempt,
        open -> {
          open.standBy();
          deliver(new SourceEvent.PeerDone(attempt));
        });
  }

  private void onLink(int attempt, LinkUse use) {
    Optional<Outlet.Link> current;
    synchronized (lock) {
      current = isCurrent(attempt) ? link : Optional.empty();
    }
    if (current.isEmpty()) {
      return;
    }
    try {
      use.with(current.get());
    } catch (LinkBrokeException e) {
      deliver(broken(attempt, e.link()));
    } catch (TableException e) {
      deliver(new SourceEvent.TableFailed(attempt, e.getMessage()));
    } catch (IOException e) {
      deliver(broken(attempt, e));
    }
  }

  private static SourceEvent broken(int attempt, IOException e) {
    return e instanceof PeerRefusedException
        ? new SourceEvent.Refused(attempt, e.getMessage())
        : new SourceEvent.Lost(attempt, e.getMessage());
  }

  private boolean isCurrent(int attempt) {
    return attempt == state.course().attempt() && !(state instanceof SourceState.Ended);
  }

  private void sayBye(Conclusion conclusion) {
    Optional<Outlet.Link> last = link;
    link = Optional.empty();
    // Not in the session's thread: that one stands by on this very connection.
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
  }

  private void report() {
    SourceProgress progress = state.progress();
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

  /** Uses a connection that is up. */
  private interface LinkUse {
    void with(Outlet.Link link) throws IOException;
  }

  /** Carries a broken connection through the table's snapshot. */
  private static final class LinkBrokeException extends TableException {
    private static final long serialVersionUID = 1L;

    LinkBrokeException(IOException link) {
      super(link.getMessage(), link);
    }

    IOException link() {
      return (IOException) getCause();
    }
  }
}
