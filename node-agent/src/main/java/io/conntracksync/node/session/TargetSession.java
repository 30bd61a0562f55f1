package io.conntracksync.node.session;

import io.conntracksync.node.session.TargetAction.Answer;
import io.conntracksync.node.session.TargetAction.CleanUp;
import io.conntracksync.node.session.TargetAction.CleanUpLater;
import io.conntracksync.node.session.TargetAction.Forget;
import io.conntracksync.node.session.TargetAction.Listen;
import io.conntracksync.node.session.TargetAction.ListenLater;
import io.conntracksync.node.session.TargetAction.Reassert;
import io.conntracksync.node.session.TargetAction.Report;
import io.conntracksync.node.session.TargetAction.SayBye;
import io.conntracksync.node.session.TargetAction.StopListening;
import io.conntracksync.node.session.TargetAction.Verify;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of one target session: turns what happens into events, and does what the state wants.
 * What may block is done in the session's own thread or the connection's, everything else at once,
 * under the lock.
 */
final class TargetSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TargetSession.class);

  /** So that the end of the time is noticed when nothing happens. */
  private static final Duration REASSERTION_PASS = Duration.ofSeconds(1);

  private final SyncOrder order;
  private final TargetTable table;
  private final Inlet inlet;
  private final TargetObserver observer;
  private final Timer timer;
  private final Clock clock;
  private final Runnable onForget;
  private final SessionThread thread;
  private final TargetDoor door;
  private final List<TargetAction> first;
  private final Map<Long, HookWait> waits = new HashMap<>();
  private final Object lock = new Object();

  private TargetState state;
  private Optional<Inlet.Listening> listening = Optional.empty();
  private volatile Optional<Reassertion> reassertion = Optional.empty();

  /** Its first step is one of those that {@link TargetState} begins with. */
  TargetSession(
      SyncOrder order,
      TargetState.Step begin,
      TargetTable table,
      Inlet inlet,
      TargetObserver observer,
      Timer timer,
      Clock clock,
      Runnable onForget) {
    this.order = order;
    this.table = table;
    this.inlet = inlet;
    this.observer = observer;
    this.timer = timer;
    this.clock = clock;
    this.onForget = onForget;
    this.thread = new SessionThread("target", order);
    this.door = new TargetDoor(this, table);
    this.state = begin.next();
    this.first = begin.actions();
  }

  void start() {
    synchronized (lock) {
      thread.inContext(() -> first.forEach(this::perform));
    }
  }

  /** Returns the state that the event has led to. */
  TargetState deliver(TargetEvent event) {
    synchronized (lock) {
      TargetState.Step step = state.on(event);
      state = step.next();
      thread.inContext(() -> step.actions().forEach(this::perform));
      return step.next();
    }
  }

  TargetState state() {
    synchronized (lock) {
      return state;
    }
  }

  SyncOrder order() {
    return order;
  }

  Instant now() {
    return clock.instant();
  }

  /** How many entries of it are remembered. */
  long entries() {
    return table.size();
  }

  /** Whether a hook of this domain is answered here. */
  boolean isFor(String domain) {
    TargetState now = state();
    return order.domain().equals(domain) && isUnderWay(now);
  }

  /** Whether the sync has not come to its end. */
  boolean isUnderWay() {
    return isUnderWay(state());
  }

  private static boolean isUnderWay(TargetState now) {
    return !(now instanceof TargetState.Concluding)
        && !(now instanceof TargetState.Reasserting)
        && !(now instanceof TargetState.Ended);
  }

  /** Whether these move an address of this sync, in whatever direction. */
  boolean sharesAddressWith(SyncOrder other) {
    return !Collections.disjoint(order.addresses(), other.addresses());
  }

  /** Answers it now or later; the deadline counts from when it was asked. */
  void ask(HookWait wait) {
    door.hurry();
    synchronized (lock) {
      waits.put(wait.id(), wait);
      deliver(new TargetEvent.HookAsked(wait.id(), wait.askedAt()));
    }
    wait.whenForgotten(() -> hookGone(wait.id()));
    if (wait.isOver()) {
      return;
    }
    Duration left = shorter(order.hookDeadline(), wait.granted()).minus(waited(wait));
    if (left.isNegative() || left.isZero()) {
      deliver(new TargetEvent.HookDeadline(wait.id(), now()));
    } else {
      timer.after(left, () -> deliver(new TargetEvent.HookDeadline(wait.id(), now())));
    }
  }

  /** The agent stops: hooks are let go without an answer, nothing is taken out of the table. */
  @Override
  public void close() {
    List<HookWait> unanswered;
    door.hurry();
    synchronized (lock) {
      state = new TargetState.Ended(state.course());
      stopListening();
      unanswered = List.copyOf(waits.values());
      waits.clear();
    }
    unanswered.forEach(HookWait::forget);
    leave();
  }

  /** Lets go of the table in the thread that uses it, after what is under way there. */
  private void leave() {
    reassertion.ifPresent(Reassertion::stop);
    thread.submit(
        () -> {
          reassertion.ifPresent(Reassertion::close);
          table.close();
        },
        cause -> {});
    thread.close();
  }

  private Duration waited(HookWait wait) {
    return Duration.between(wait.askedAt(), now());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void hookGone(long wait) {
    synchronized (lock) {
      waits.remove(wait);
      deliver(new TargetEvent.HookGone(wait, now()));
    }
  }

  private void perform(TargetAction action) {
    if (action instanceof Listen listen) {
      int opening = listen.opening();
      thread.submit(
          () -> listen(listen), cause -> deliver(new TargetEvent.OpenFailed(opening, cause)));
    } else if (action instanceof ListenLater later) {
      timer.after(later.pause(), () -> deliver(new TargetEvent.OpenDue(later.opening())));
    } else if (action instanceof StopListening) {
      stopListening();
    } else if (action instanceof SayBye bye) {
      sayBye(bye.conclusion());
    } else if (action instanceof Answer answer) {
      answer(answer);
    } else if (action instanceof Verify) {
      thread.submit(this::verify, cause -> {});
    } else if (action instanceof CleanUp cleanUp) {
      thread.submit(
          () -> cleanUp(cleanUp.conclusion()),
          cause -> deliver(new TargetEvent.CleanUpFailed(cause)));
    } else if (action instanceof CleanUpLater later) {
      timer.after(later.pause(), () -> deliver(new TargetEvent.CleanUpDue()));
    } else if (action instanceof Reassert) {
      thread.submit(this::reassert, cause -> deliver(new TargetEvent.ReassertFailed(cause)));
    } else if (action instanceof Report) {
      report();
    } else if (action instanceof Forget) {
      onForget.run();
      leave();
    } else {
      throw new IllegalStateException("nobody performs " + action);
    }
  }

  private void listen(Listen listen) {
    try {
      table.look();
      Greeting greeting = new Greeting(order.uid(), table.format(), order.addresses());
      Inlet.Listening opened =
          inlet.listen(
              order.nodes().source(), greeting, listen.endpoint(), door.greeting(greeting));
      synchronized (lock) {
        if (!(state instanceof TargetState.Opening)
            || state.course().opening() != listen.opening()) {
          opened.close();
          return;
        }
        listening = Optional.of(opened);
        deliver(new TargetEvent.Opened(listen.opening()));
      }
    } catch (PortTakenException e) {
      deliver(new TargetEvent.PortTaken(listen.opening(), e.getMessage()));
    } catch (IOException e) {
      deliver(new TargetEvent.OpenFailed(listen.opening(), e.getMessage()));
    }
  }

  private void stopListening() {
    listening.ifPresent(Inlet.Listening::close);
    listening = Optional.empty();
  }

  private void sayBye(Conclusion conclusion) {
    Optional<Inlet.Listening> last = listening;
    listening = Optional.empty();
    // Later, because it writes to the network, and we hold the lock.
    last.ifPresent(
        open ->
            timer.after(
                Duration.ZERO,
                () -> {
                  open.sayBye(conclusion);
                  open.close();
                }));
  }

  private void answer(Answer answer) {
    HookWait wait = waits.remove(answer.hook());
    if (wait == null) {
      return;
    }
    wait.answer(answer.verdict());
    LOG.atInfo()
        .addKeyValue(LogKeys.OUTCOME, answer.verdict())
        .addKeyValue(LogKeys.WAITED_MILLIS, waited(wait).toMillis())
        .log("hook answered");
  }

  private void verify() {
    try {
      deliver(new TargetEvent.Verified(table.countPresent()));
    } catch (IOException e) {
      // The entries were applied one by one and acknowledged; this was only a second look.
      LOG.atWarn().setCause(e).log("imported entries could not be verified");
    }
  }

  private void cleanUp(Conclusion conclusion) {
    try {
      deliver(
          new TargetEvent.CleanedUp(
              switch (conclusion) {
                case KEEP -> table.keep();
                case ROLL_BACK -> table.rollBack();
              },
              now()));
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("imported entries could not be removed");
      deliver(new TargetEvent.CleanUpFailed(e.getMessage()));
    }
  }

  private void reassert() {
    try {
      if (reassertion.isEmpty()) {
        reassertion = Optional.of(table.reassertion());
      }
      int returned = reassertion.get().pass(REASSERTION_PASS);
      if (returned > 0) {
        LOG.atInfo().addKeyValue(LogKeys.REASSERTED, returned).log("flushed entries put back");
      }
      deliver(new TargetEvent.Reasserted(returned, now()));
    } catch (IOException e) {
      // A service beyond the sync: its end stays as it was told.
      LOG.atWarn().setCause(e).log("imported entries are looked after no longer");
      deliver(new TargetEvent.ReassertFailed(e.getMessage()));
    }
  }

  private void report() {
    TargetProgress progress = state.course().progress();
    Finding finding = progress.imported();
    (finding.verdict() == Finding.Verdict.NO ? LOG.atWarn() : LOG.atInfo())
        .addKeyValue(LogKeys.REASON, finding.reason())
        .addKeyValue(LogKeys.MESSAGE, finding.message())
        .addKeyValue(LogKeys.ENTRIES, progress.entriesApplied())
        .log("import progressed");
    observer.progressed(order, progress);
  }
}
