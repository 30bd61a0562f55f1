package io.conntracksync.node.session;

import io.conntracksync.node.session.HookVerdict.Because;
import io.conntracksync.node.session.HookVerdict.Proceed;
import io.conntracksync.node.session.HookVerdict.Refuse;
import io.conntracksync.node.session.TargetAction.CleanUp;
import io.conntracksync.node.session.TargetAction.Listen;
import io.conntracksync.node.session.TargetAction.Report;
import io.conntracksync.node.session.TargetAction.SayBye;
import io.conntracksync.node.session.TargetAction.StopListening;
import io.conntracksync.node.session.TargetAction.Verify;
import io.conntracksync.node.session.TargetEvent.Admitted;
import io.conntracksync.node.session.TargetEvent.Barrier;
import io.conntracksync.node.session.TargetEvent.Concluded;
import io.conntracksync.node.session.TargetEvent.HookAsked;
import io.conntracksync.node.session.TargetEvent.HookDeadline;
import io.conntracksync.node.session.TargetEvent.HookGone;
import io.conntracksync.node.session.TargetEvent.HookMissed;
import io.conntracksync.node.session.TargetEvent.Reasserted;
import io.conntracksync.node.session.TargetEvent.Reassigned;
import io.conntracksync.node.session.TargetState.Concluding;
import io.conntracksync.node.session.TargetState.Failed;
import io.conntracksync.node.session.TargetState.Imported;
import io.conntracksync.node.session.TargetState.Imported.Due;
import io.conntracksync.node.session.TargetState.Opening;
import io.conntracksync.node.session.TargetState.Receiving;
import io.conntracksync.node.session.TargetState.Step;
import java.time.Instant;

/** What several states of a target session do alike. Pure. */
final class TargetTransitions {
  private TargetTransitions() {}

  /** The same state with another course. */
  interface Same {
    TargetState with(TargetCourse course);
  }

  /** What every state does until the sync is over: hooks come, wait and go; ports change. */
  static Step common(TargetState state, Same same, TargetEvent event) {
    TargetCourse course = state.course();
    if (event instanceof HookAsked asked) {
      return Step.to(same.with(course.with(course.hooks().asked(asked.hook(), asked.at()))));
    }
    if (event instanceof HookGone gone) {
      HookBook book = course.hooks().gone(gone.hook(), gone.at(), course.order().hookDeadline());
      return book.last().equals(course.hooks().last())
          ? Step.to(same.with(course.with(book)))
          : Step.to(same.with(course.with(book)), new Report());
    }
    if (event instanceof HookDeadline due) {
      return said(same, course, course.hooks().answer(due.hook(), atDeadline(course), due.at()));
    }
    if (event instanceof HookMissed missed) {
      HookBook book = course.hooks().missed(missed.waited());
      return book.equals(course.hooks())
          ? Step.to(state)
          : Step.to(same.with(course.with(book)), new Report());
    }
    if (event instanceof Reasserted done && done.entries() > 0) {
      return Step.to(same.with(course.reasserted(done.entries())), new Report());
    }
    if (event instanceof Reassigned to) {
      return reassigned(state, to.endpoint());
    }
    if (event instanceof Concluded concluded) {
      return conclude(course, concluded);
    }
    return Step.to(state);
  }

  /** A hook asks when the answer is known. */
  static Step answer(Same same, TargetCourse course, HookAsked asked, HookVerdict verdict) {
    HookBook book = course.hooks().asked(asked.hook(), asked.at());
    return said(same, course, book.answer(asked.hook(), verdict, asked.at()));
  }

  static Step receive(TargetCourse course, Admitted admitted) {
    return Step.to(
        new Receiving(course.admitted(admitted.connection()).with(TargetFindings.receiving())),
        new Report());
  }

  /** Everything that the source had has been dealt with. */
  static Step complete(TargetCourse course, Barrier barrier) {
    TargetCourse done = course.unverified().with(TargetFindings.complete(course.counts()));
    if (done.imported().verdict() == Finding.Verdict.NO) {
      return fail(done, barrier.at());
    }
    // The hook first: the answer does not wait for the look into the table.
    HookBook.Answered answered =
        done.hooks().answerAll(new Proceed(Because.IMPORTED), barrier.at());
    return Step.to(
            new Imported(done.with(answered.book()), Due.NOTHING), new Report(), new Verify())
        .after(answered.actions());
  }

  /** A further round of a source whose snapshot is here. A round of nothing is told to no one. */
  static Step settle(Imported state, Barrier barrier) {
    return switch (state.due()) {
      case NOTHING -> Step.to(state);
      case REPORT -> {
        TargetCourse course = state.course();
        TargetCourse done = course.with(TargetFindings.complete(course.counts()));
        yield done.imported().verdict() == Finding.Verdict.NO
            ? fail(done, barrier.at())
            : Step.to(new Imported(done, Due.NOTHING), new Report());
      }
      case VERIFICATION -> complete(state.course(), barrier);
    };
  }

  /** The course says why. */
  static Step fail(TargetCourse course, Instant at) {
    HookBook.Answered answered = course.hooks().answerAll(failure(course), at);
    return Step.to(new Failed(course.with(answered.book())), new Report())
        .after(answered.actions());
  }

  /** What a hook is told when the import has failed. */
  static HookVerdict failure(TargetCourse course) {
    return switch (course.order().deadlinePolicy()) {
      // Fails open: the VM is worth more than its connections.
      case IGNORE -> new Proceed(Because.FAILED);
      case ABORT -> refuse(course, "could not be imported");
    };
  }

  private static HookVerdict atDeadline(TargetCourse course) {
    return switch (course.order().deadlinePolicy()) {
      // Fails open: a deadline ends the wait, never the migration.
      case IGNORE -> new Proceed(Because.DEADLINE_EXCEEDED);
      case ABORT ->
          refuse(
              course,
              "were not imported within %d ms".formatted(course.order().hookDeadline().toMillis()));
    };
  }

  private static HookVerdict refuse(TargetCourse course, String what) {
    return new Refuse(
        "the connection entries of %s/%s %s (%s), and its failure policy is Abort"
            .formatted(
                course.order().namespace(),
                course.order().name(),
                what,
                course.imported().message()));
  }

  private static Step reassigned(TargetState state, Endpoint endpoint) {
    TargetCourse course = state.course();
    if (endpoint.equals(course.endpoint())) {
      return Step.to(state);
    }
    TargetCourse next = course.reopening(endpoint).with(TargetFindings.opening(endpoint));
    return Step.to(
        new Opening(next), new StopListening(), new Listen(next.opening(), endpoint), new Report());
  }

  private static Step conclude(TargetCourse course, Concluded concluded) {
    // Whoever still waits does so for nothing: the migration has ended.
    HookBook.Answered answered =
        course.hooks().answerAll(new Proceed(Because.FAILED), concluded.at());
    return Step.to(
            new Concluding(
                course.withoutConnection().with(answered.book()), concluded.conclusion(), 0),
            new SayBye(concluded.conclusion()),
            new CleanUp(concluded.conclusion()))
        .after(answered.actions());
  }

  private static Step said(Same same, TargetCourse course, HookBook.Answered answered) {
    if (answered.actions().isEmpty()) {
      return Step.to(same.with(course));
    }
    return Step.to(same.with(course.with(answered.book())), new Report()).after(answered.actions());
  }
}
