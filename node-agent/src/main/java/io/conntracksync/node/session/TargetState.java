package io.conntracksync.node.session;

import io.conntracksync.node.session.HookVerdict.Because;
import io.conntracksync.node.session.HookVerdict.Proceed;
import io.conntracksync.node.session.TargetAction.CleanUp;
import io.conntracksync.node.session.TargetAction.CleanUpLater;
import io.conntracksync.node.session.TargetAction.Forget;
import io.conntracksync.node.session.TargetAction.Listen;
import io.conntracksync.node.session.TargetAction.ListenLater;
import io.conntracksync.node.session.TargetAction.Reassert;
import io.conntracksync.node.session.TargetAction.Report;
import io.conntracksync.node.session.TargetEvent.Admitted;
import io.conntracksync.node.session.TargetEvent.Barrier;
import io.conntracksync.node.session.TargetEvent.Batch;
import io.conntracksync.node.session.TargetEvent.CleanUpDue;
import io.conntracksync.node.session.TargetEvent.CleanUpFailed;
import io.conntracksync.node.session.TargetEvent.CleanedUp;
import io.conntracksync.node.session.TargetEvent.HookAsked;
import io.conntracksync.node.session.TargetEvent.Lost;
import io.conntracksync.node.session.TargetEvent.OpenDue;
import io.conntracksync.node.session.TargetEvent.OpenFailed;
import io.conntracksync.node.session.TargetEvent.Opened;
import io.conntracksync.node.session.TargetEvent.PortTaken;
import io.conntracksync.node.session.TargetEvent.ReassertFailed;
import io.conntracksync.node.session.TargetEvent.Reasserted;
import io.conntracksync.node.session.TargetEvent.Rejected;
import io.conntracksync.node.session.TargetEvent.Removed;
import io.conntracksync.node.session.TargetEvent.Superseded;
import io.conntracksync.node.session.TargetEvent.TableFailed;
import io.conntracksync.node.session.TargetEvent.TooMany;
import io.conntracksync.node.session.TargetEvent.Verified;
import io.conntracksync.node.session.TargetProgress.Cleanup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a target session stands. Pure: time arrives as an event, work leaves as an action. An event
 * that comes late or twice changes nothing.
 */
sealed interface TargetState {
  /** How long entries are looked after when they are to stay. */
  Duration REASSERTION = Duration.ofSeconds(30);

  /** How long until a port or a table that did not work is tried again. */
  Duration RETRY = Duration.ofSeconds(1);

  TargetCourse course();

  Step on(TargetEvent event);

  /** A sync whose end is learnt by a process that finds no more of it than its journal. */
  static Step resumeAtTheEnd(SyncOrder order, Conclusion conclusion) {
    TargetCourse course = TargetCourse.at(order, Endpoint.NOWHERE).with(TargetFindings.resumed());
    return Step.to(new Concluding(course, conclusion, 0), new CleanUp(conclusion));
  }

  /** The next state, and what to do on the way. */
  record Step(TargetState next, List<TargetAction> actions) {
    public Step {
      actions = List.copyOf(actions);
    }

    static Step to(TargetState next, TargetAction... actions) {
      return new Step(next, List.of(actions));
    }

    /** The same, with these first. */
    Step after(List<TargetAction> before) {
      List<TargetAction> all = new ArrayList<>(before);
      all.addAll(actions);
      return new Step(next, all);
    }
  }

  static Step begin(SyncOrder order, Endpoint endpoint) {
    TargetCourse course = TargetCourse.at(order, endpoint);
    return Step.to(new Opening(course), new Listen(course.opening(), endpoint));
  }

  /** The port is not ours yet. */
  record Opening(TargetCourse course) implements TargetState {
    @Override
    public Step on(TargetEvent event) {
      if (event instanceof Opened opened && opened.opening() == course.opening()) {
        return Step.to(
            new Listening(course.with(TargetFindings.listening(course.endpoint()))), new Report());
      }
      if (event instanceof PortTaken taken && taken.opening() == course.opening()) {
        // The operator gives another port; without one, this one may become free.
        return later(TargetFindings.portInUse(course.endpoint(), taken.cause()));
      }
      if (event instanceof OpenFailed failed && failed.opening() == course.opening()) {
        return later(TargetFindings.listenFailed(course.endpoint(), failed.cause()));
      }
      if (event instanceof OpenDue due && due.opening() == course.opening()) {
        return Step.to(this, new Listen(course.opening(), course.endpoint()));
      }
      return TargetTransitions.common(this, Opening::new, event);
    }

    private Step later(Finding finding) {
      return Step.to(
          new Opening(course.with(finding)),
          new ListenLater(course.opening(), RETRY),
          new Report());
    }
  }

  /** No source is connected, and no snapshot is complete. */
  record Listening(TargetCourse course) implements TargetState {
    @Override
    public Step on(TargetEvent event) {
      if (event instanceof Admitted admitted) {
        return TargetTransitions.receive(course, admitted);
      }
      if (event instanceof Rejected rejected) {
        return Step.to(
            new Listening(course.with(TargetFindings.formatsDiffer(rejected.text()))),
            new Report());
      }
      return TargetTransitions.common(this, Listening::new, event);
    }
  }

  /** A snapshot comes in. */
  record Receiving(TargetCourse course) implements TargetState {
    @Override
    public Step on(TargetEvent event) {
      if (event instanceof Admitted admitted) {
        return TargetTransitions.receive(course, admitted);
      }
      if (event instanceof Batch batch && batch.connection() == course.connection()) {
        return Step.to(new Receiving(course.with(course.counts().plus(batch))));
      }
      if (event instanceof Removed removal && removal.connection() == course.connection()) {
        return Step.to(new Receiving(course.with(course.counts().after(removal))));
      }
      if (event instanceof Barrier barrier && barrier.connection() == course.connection()) {
        return TargetTransitions.complete(course, barrier);
      }
      if (event instanceof TooMany many && many.connection() == course.connection()) {
        return TargetTransitions.fail(
            course.with(TargetFindings.tooManyEntries(many.limit())), many.at());
      }
      if (event instanceof Lost lost && lost.connection() == course.connection()) {
        return lost(TargetFindings.connectionLost(lost.cause()));
      }
      if (event instanceof TableFailed failed && failed.connection() == course.connection()) {
        return lost(TargetFindings.tableFailed(failed.fault(), failed.cause()));
      }
      return TargetTransitions.common(this, Receiving::new, event);
    }

    private Step lost(Finding finding) {
      return Step.to(new Listening(course.withoutConnection().with(finding)), new Report());
    }
  }

  /**
   * A snapshot is complete, and changes follow. The source may come again (its agent was restarted)
   * and send another: what is in the table stays there, so hooks go on being told so.
   *
   * @param due what the next barrier calls for
   */
  record Imported(TargetCourse course, Due due) implements TargetState {
    /** What a barrier calls for. */
    enum Due {
      NOTHING,
      REPORT,
      /** After another snapshot. */
      VERIFICATION
    }

    @Override
    public Step on(TargetEvent event) {
      if (event instanceof Admitted admitted) {
        return Step.to(new Imported(course.admitted(admitted.connection()), Due.VERIFICATION));
      }
      if (event instanceof Batch batch && batch.connection() == course.connection()) {
        return Step.to(changed(course.counts().plus(batch)));
      }
      if (event instanceof Removed removal && removal.connection() == course.connection()) {
        return Step.to(changed(course.counts().after(removal)));
      }
      if (event instanceof Barrier barrier && barrier.connection() == course.connection()) {
        return TargetTransitions.settle(this, barrier);
      }
      if (event instanceof Verified verified) {
        return Step.to(with(course.verified(verified.entries())), new Report());
      }
      if (event instanceof HookAsked asked) {
        return TargetTransitions.answer(this::with, course, asked, new Proceed(Because.IMPORTED));
      }
      return TargetTransitions.common(this, this::with, event);
    }

    private Imported with(TargetCourse newer) {
      return new Imported(newer, due);
    }

    private Imported changed(TargetCounts counts) {
      return new Imported(course.with(counts), due == Due.NOTHING ? Due.REPORT : due);
    }
  }

  /** What the source brought does not fit; it may come again with less. */
  record Failed(TargetCourse course) implements TargetState {
    @Override
    public Step on(TargetEvent event) {
      if (event instanceof Admitted admitted) {
        return TargetTransitions.receive(course, admitted);
      }
      if (event instanceof HookAsked asked) {
        return TargetTransitions.answer(
            Failed::new, course, asked, TargetTransitions.failure(course));
      }
      if (event instanceof Batch batch && batch.connection() == course.connection()) {
        return Step.to(new Failed(course.with(course.counts().plus(batch))));
      }
      if (event instanceof Removed removal && removal.connection() == course.connection()) {
        return Step.to(new Failed(course.with(course.counts().after(removal))));
      }
      if (event instanceof Barrier barrier && barrier.connection() == course.connection()) {
        // The source asks every second: what failed then is told once.
        return TargetFindings.complete(course.counts()).equals(course.imported())
            ? Step.to(this)
            : TargetTransitions.complete(course, barrier);
      }
      return TargetTransitions.common(this, Failed::new, event);
    }
  }

  /** The sync is over; the table is being put in order. */
  record Concluding(TargetCourse course, Conclusion conclusion, int failures)
      implements TargetState {
    private static final int LAST_FAILURE = 5;

    @Override
    public Step on(TargetEvent event) {
      if (event instanceof CleanedUp done) {
        Cleanup cleanup = new Cleanup(conclusion, done.entries());
        TargetCourse cleaned = course.cleanedUp(cleanup);
        return conclusion == Conclusion.KEEP && done.entries() > 0
            ? Step.to(
                new Reasserting(cleaned, done.at().plus(REASSERTION)), new Report(), new Reassert())
            : Step.to(new Ended(cleaned), new Report(), new Forget());
      }
      if (event instanceof CleanUpFailed failed) {
        return failures + 1 < LAST_FAILURE
            ? Step.to(new Concluding(course, conclusion, failures + 1), new CleanUpLater(RETRY))
            : Step.to(
                new Ended(course.with(TargetFindings.cleanUpFailed(failed.cause()))),
                new Report(),
                new Forget());
      }
      if (event instanceof CleanUpDue) {
        return Step.to(this, new CleanUp(conclusion));
      }
      if (event instanceof HookAsked asked) {
        return Step.to(this, new TargetAction.Answer(asked.hook(), new Proceed(Because.NO_SYNC)));
      }
      return Step.to(this);
    }
  }

  /**
   * The sync is over and told to be; for a while entries that something takes out are put back.
   *
   * @param until when that ends
   */
  record Reasserting(TargetCourse course, Instant until) implements TargetState {
    @Override
    public Step on(TargetEvent event) {
      if (event instanceof Reasserted done) {
        return reasserted(done);
      }
      if (event instanceof ReassertFailed || event instanceof Superseded) {
        return Step.to(new Ended(course), new Forget());
      }
      if (event instanceof HookAsked asked) {
        return Step.to(this, new TargetAction.Answer(asked.hook(), new Proceed(Because.NO_SYNC)));
      }
      return Step.to(this);
    }

    private Step reasserted(Reasserted done) {
      TargetCourse next = course.reasserted(done.entries());
      Step step =
          done.at().isBefore(until)
              ? Step.to(new Reasserting(next, until), new Reassert())
              : Step.to(new Ended(next), new Forget());
      return done.entries() > 0 ? step.after(List.of(new Report())) : step;
    }
  }

  /** Nothing more is done. */
  record Ended(TargetCourse course) implements TargetState {
    @Override
    public Step on(TargetEvent event) {
      return event instanceof HookAsked asked
          ? Step.to(this, new TargetAction.Answer(asked.hook(), new Proceed(Because.NO_SYNC)))
          : Step.to(this);
    }
  }
}
