package io.conntracksync.node.session;

import io.conntracksync.node.session.SourceAction.AnswerSwitchover;
import io.conntracksync.node.session.SourceAction.Connect;
import io.conntracksync.node.session.SourceAction.Drain;
import io.conntracksync.node.session.SourceAction.Export;
import io.conntracksync.node.session.SourceAction.HangUp;
import io.conntracksync.node.session.SourceAction.Pause;
import io.conntracksync.node.session.SourceAction.Report;
import io.conntracksync.node.session.SourceAction.SayBye;
import io.conntracksync.node.session.SourceEvent.Acknowledged;
import io.conntracksync.node.session.SourceEvent.Concluded;
import io.conntracksync.node.session.SourceEvent.Connected;
import io.conntracksync.node.session.SourceEvent.Drained;
import io.conntracksync.node.session.SourceEvent.Lost;
import io.conntracksync.node.session.SourceEvent.PauseOver;
import io.conntracksync.node.session.SourceEvent.PeerDone;
import io.conntracksync.node.session.SourceEvent.Reassigned;
import io.conntracksync.node.session.SourceEvent.Refused;
import io.conntracksync.node.session.SourceEvent.SwitchoverAsked;
import io.conntracksync.node.session.SourceEvent.SwitchoverDeadline;
import io.conntracksync.node.session.SourceEvent.TableFailed;
import io.conntracksync.node.session.SourceEvent.Unreachable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where a source session stands. Pure: time arrives as an event, work leaves as an action. It tries
 * until the sync is concluded, whatever happens; an event that comes late or twice changes nothing.
 */
sealed interface SourceState {
  SourceCourse course();

  /** The condition Exported. */
  Finding finding();

  Step on(SourceEvent event);

  SourceState with(SourceCourse course);

  default SourceProgress progress() {
    return course().progress(finding());
  }

  /** The next state, and what to do on the way. */
  record Step(SourceState next, List<SourceAction> actions) {
    static Step to(SourceState next, SourceAction... actions) {
      return new Step(next, List.of(actions));
    }

    /** The same, with these first. */
    Step after(List<SourceAction> before) {
      List<SourceAction> all = new ArrayList<>(before);
      all.addAll(actions);
      return new Step(next, List.copyOf(all));
    }
  }

  static Step begin(Endpoint endpoint) {
    SourceCourse course = SourceCourse.to(endpoint);
    return Step.to(
        new Connecting(course, SourceFindings.connecting(endpoint)),
        new Connect(course.attempt(), endpoint),
        new Report());
  }

  /** Waits for the target to accept us. */
  record Connecting(SourceCourse course, Finding finding) implements SourceState {
    @Override
    public Step on(SourceEvent event) {
      if (event instanceof Connected connected && connected.attempt() == course.attempt()) {
        return Step.to(
            new Sending(course, SourceFindings.exporting(course.endpoint())),
            new Export(course.attempt()),
            new Report());
      }
      if (event instanceof Unreachable unreachable && unreachable.attempt() == course.attempt()) {
        SourceCourse next = course.failedOnceMore();
        return pause(
            next, SourceFindings.unreachable(next, finding, unreachable.cause()), soon(next));
      }
      return unlessBroken(this, event);
    }

    @Override
    public SourceState with(SourceCourse newer) {
      return new Connecting(newer, finding);
    }
  }

  /** A snapshot is on its way. */
  record Sending(SourceCourse course, Finding finding) implements SourceState {
    @Override
    public Step on(SourceEvent event) {
      if (event instanceof Acknowledged round && round.attempt() == course.attempt()) {
        SourceCourse next = course.with(round.round());
        Step done =
            Step.to(
                new Exported(next, SourceFindings.exported(next.endpoint(), round.round())),
                new Report());
        return next.switchover().isPresent()
            ? done.after(List.of(new Drain(next.switchover().getAsLong())))
            : done;
      }
      return unlessBroken(this, event);
    }

    @Override
    public SourceState with(SourceCourse newer) {
      return new Sending(newer, finding);
    }
  }

  /** The target has acknowledged a snapshot; what changes follows. */
  record Exported(SourceCourse course, Finding finding) implements SourceState {
    @Override
    public Step on(SourceEvent event) {
      if (event instanceof Concluded concluded) {
        return ended(this, new SayBye(concluded.conclusion()));
      }
      if (event instanceof Acknowledged round && round.attempt() == course.attempt()) {
        return Step.to(with(course.with(round.round())), new Report());
      }
      if (event instanceof SwitchoverAsked asked) {
        return Step.to(with(course.waitingFor(asked.switchover())), new Drain(asked.switchover()));
      }
      if (event instanceof Drained drained
          && drained.attempt() == course.attempt()
          && isAwaited(course, drained.switchover())) {
        return answered(this, PauseOutcome.DRAINED);
      }
      if (event instanceof PeerDone done && done.attempt() == course.attempt()) {
        // Our own informer is about to tell us the same: there is nothing to send again.
        return Step.to(this);
      }
      return unlessBroken(this, event);
    }

    @Override
    public SourceState with(SourceCourse newer) {
      return new Exported(newer, finding);
    }
  }

  /** An attempt has failed; the next one is due. */
  record Pausing(SourceCourse course, Finding finding) implements SourceState {
    @Override
    public Step on(SourceEvent event) {
      if (event instanceof PauseOver over && over.attempt() == course.attempt()) {
        SourceCourse next = course.nextAttempt();
        return Step.to(new Connecting(next, finding), new Connect(next.attempt(), next.endpoint()));
      }
      // The attempt has failed already, whatever else is said of it.
      return ending(this, event);
    }

    @Override
    public SourceState with(SourceCourse newer) {
      return new Pausing(newer, finding);
    }
  }

  /** Nothing more is done. */
  record Ended(SourceCourse course, Finding finding) implements SourceState {
    @Override
    public Step on(SourceEvent event) {
      return event instanceof SwitchoverAsked asked
          ? Step.to(this, new AnswerSwitchover(asked.switchover(), PauseOutcome.NOT_SYNCING))
          : Step.to(this);
    }

    @Override
    public SourceState with(SourceCourse newer) {
      return new Ended(newer, finding);
    }
  }

  private static boolean isAwaited(SourceCourse course, long switchover) {
    return course.switchover().equals(OptionalLong.of(switchover));
  }

  /** Says what became of the switchover that waits, if one does. */
  private static Step answered(SourceState state, PauseOutcome outcome) {
    SourceCourse course = state.course();
    return course.switchover().isPresent()
        ? Step.to(
            state.with(course.withoutSwitchover()),
            new AnswerSwitchover(course.switchover().getAsLong(), outcome))
        : Step.to(state);
  }

  private static Step ended(SourceState state, SourceAction last) {
    Step told = answered(state, PauseOutcome.NOT_SYNCING);
    SourceCourse course = told.next().course();
    return Step.to(new Ended(course, state.finding()), last).after(told.actions());
  }

  private static Step ending(SourceState state, SourceEvent event) {
    if (event instanceof Concluded) {
      return ended(state, new HangUp());
    }
    if (event instanceof SwitchoverAsked asked) {
      // It is drained as soon as there is a connection, if that is in time.
      return Step.to(state.with(state.course().waitingFor(asked.switchover())));
    }
    if (event instanceof SwitchoverDeadline due && isAwaited(state.course(), due.switchover())) {
      return answered(state, PauseOutcome.DEADLINE_EXCEEDED);
    }
    if (event instanceof Reassigned to) {
      return reassigned(state, to.endpoint());
    }
    return Step.to(state);
  }

  private static Step unlessBroken(SourceState state, SourceEvent event) {
    SourceCourse course = state.course();
    SourceCourse next = course.failedOnceMore();
    if (event instanceof Lost lost && lost.attempt() == course.attempt()) {
      return pause(next, SourceFindings.lost(course.endpoint(), lost.cause()), soon(next));
    }
    if (event instanceof TableFailed failed && failed.attempt() == course.attempt()) {
      // A hook waits for 200 ms: what fails in passing must not cost more than that.
      return pause(next, SourceFindings.tableFailed(failed.fault(), failed.cause()), soon(next));
    }
    if (event instanceof Refused refused && refused.attempt() == course.attempt()) {
      // It may be the target that has to learn of this sync first: seldom, but try again. Not soon:
      // whoever has more entries than the target takes would send as many each time.
      return pause(
          next, SourceFindings.refused(course.endpoint(), refused.text()), Backoff.LONGEST);
    }
    return ending(state, event);
  }

  private static Step reassigned(SourceState state, Endpoint endpoint) {
    if (endpoint.equals(state.course().endpoint())) {
      return Step.to(state);
    }
    SourceCourse next = state.course().reassigned(endpoint);
    return Step.to(
        new Connecting(next, SourceFindings.connecting(endpoint)),
        new HangUp(),
        new Connect(next.attempt(), endpoint),
        new Report());
  }

  private static Duration soon(SourceCourse course) {
    return Backoff.after(course.failures());
  }

  private static Step pause(SourceCourse course, Finding finding, Duration duration) {
    return Step.to(
        new Pausing(course, finding),
        new HangUp(),
        new Pause(course.attempt(), duration),
        new Report());
  }
}
