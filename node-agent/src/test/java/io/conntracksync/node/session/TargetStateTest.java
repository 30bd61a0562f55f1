package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.session.HookVerdict.Because;
import io.conntracksync.node.session.HookVerdict.Proceed;
import io.conntracksync.node.session.SyncOrder.DeadlinePolicy;
import io.conntracksync.node.session.TargetProgress.HookAnswer;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFault;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TargetStateTest {
  private static final Endpoint HERE = new Endpoint(InetAddress.getLoopbackAddress(), 28152);
  private static final Endpoint ELSEWHERE = new Endpoint(InetAddress.getLoopbackAddress(), 28153);
  private static final Instant ASKED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = ASKED.plusMillis(120);
  private static final int CURRENT = 3;
  private static final long HOOK = 7;

  @Test
  void everyStateMeetsEveryEvent() {
    List<TargetEvent> events = events(CURRENT);
    assertThat(events.stream().map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.asList(TargetEvent.class.getPermittedSubclasses()));
    assertThat(states(DeadlinePolicy.IGNORE).stream().map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.asList(TargetState.class.getPermittedSubclasses()));

    StringBuilder table = new StringBuilder();
    for (TargetState state : states(DeadlinePolicy.IGNORE)) {
      for (TargetEvent event : events) {
        TargetState.Step step = state.on(event);
        table.append(
            "%s + %s -> %s %s %s%n"
                .formatted(
                    state.getClass().getSimpleName(),
                    event.getClass().getSimpleName(),
                    step.next().equals(state) ? "same" : step.next().getClass().getSimpleName(),
                    step.next().course().imported().reason(),
                    step.actions().stream()
                        .map(TargetStateTest::text)
                        .collect(Collectors.toList())));
      }
    }

    GoldenTable.assertMatches("target-states.txt", table.toString());
  }

  @Test
  void whatComesFromAnEarlierConnectionOrOpeningChangesNothing() {
    List<TargetEvent> late =
        events(CURRENT - 1).stream()
            .filter(
                event ->
                    event instanceof TargetEvent.Opened
                        || event instanceof TargetEvent.PortTaken
                        || event instanceof TargetEvent.OpenFailed
                        || event instanceof TargetEvent.OpenDue
                        || event instanceof TargetEvent.Batch
                        || event instanceof TargetEvent.Removed
                        || event instanceof TargetEvent.TooMany
                        || event instanceof TargetEvent.TableFailed
                        || event instanceof TargetEvent.Barrier
                        || event instanceof TargetEvent.Lost)
            .toList();

    for (TargetState state : states(DeadlinePolicy.IGNORE)) {
      for (TargetEvent event : late) {
        assertThat(state.on(event)).isEqualTo(TargetState.Step.to(state));
      }
    }
  }

  @Test
  void aCompleteSnapshotSaysHowMuchOfIt() {
    TargetState state = new TargetState.Receiving(course(DeadlinePolicy.IGNORE));
    TargetState.Step step =
        state
            .on(new TargetEvent.Batch(CURRENT, 412, 409, Map.of(RefusalReason.TUPLE_TAKEN, 3), 409))
            .next()
            .on(new TargetEvent.Barrier(CURRENT, NOW));

    assertThat(step.next().course().progress())
        .isEqualTo(
            new TargetProgress(
                new Finding(
                    Finding.Verdict.YES,
                    "Imported",
                    "409 of 412 entries applied; refused: TupleTaken 3"),
                28152,
                412,
                409,
                Map.of(RefusalReason.TUPLE_TAKEN, 3L),
                Optional.empty(),
                Optional.of(new HookAnswer(HookAnswer.Outcome.IMPORTED, Duration.ofMillis(120))),
                Optional.empty(),
                0));
  }

  @Test
  void changesAreReportedRoundByRoundAndNotVerified() {
    TargetState imported =
        new TargetState.Receiving(course(DeadlinePolicy.IGNORE))
            .on(new TargetEvent.Batch(CURRENT, 3, 3, Map.of(), 3))
            .next()
            .on(new TargetEvent.Barrier(CURRENT, NOW))
            .next();

    TargetState.Step more = imported.on(new TargetEvent.Batch(CURRENT, 2, 2, Map.of(), 5));
    TargetState.Step fewer = more.next().on(new TargetEvent.Removed(CURRENT, 4));
    TargetState.Step round = fewer.next().on(new TargetEvent.Barrier(CURRENT, NOW));

    assertThat(more.actions()).isEmpty();
    assertThat(fewer.actions()).isEmpty();
    assertThat(round.actions()).containsExactly(new TargetAction.Report());
    assertThat(round.next().course().progress().entriesApplied()).isEqualTo(4);
    assertThat(round.next().course().progress().entriesReceived()).isEqualTo(5);
  }

  @Test
  void aRoundOfNothingIsToldToNoOne() {
    TargetState imported =
        new TargetState.Receiving(course(DeadlinePolicy.IGNORE))
            .on(new TargetEvent.Barrier(CURRENT, NOW))
            .next();
    TargetState failed =
        new TargetState.Receiving(course(DeadlinePolicy.IGNORE))
            .on(new TargetEvent.Batch(CURRENT, 4, 3, Map.of(RefusalReason.TABLE_FULL, 1), 3))
            .next()
            .on(new TargetEvent.Barrier(CURRENT, NOW))
            .next();

    assertThat(imported.on(new TargetEvent.Barrier(CURRENT, NOW)))
        .isEqualTo(TargetState.Step.to(imported));
    assertThat(failed.on(new TargetEvent.Barrier(CURRENT, NOW)))
        .isEqualTo(TargetState.Step.to(failed));
  }

  @Test
  void aTableThatFillsUpLaterIsSaid() {
    TargetState.Step step =
        new TargetState.Receiving(course(DeadlinePolicy.IGNORE))
            .on(new TargetEvent.Barrier(CURRENT, NOW))
            .next()
            .on(new TargetEvent.Batch(CURRENT, 1, 0, Map.of(RefusalReason.TABLE_FULL, 1), 0))
            .next()
            .on(new TargetEvent.Barrier(CURRENT, NOW));

    assertThat(step.next()).isInstanceOf(TargetState.Failed.class);
    assertThat(step.next().course().imported().reason()).isEqualTo("TableFull");
  }

  @Test
  void aFullTableIsNoImport() {
    TargetState state = new TargetState.Receiving(course(DeadlinePolicy.IGNORE));
    TargetState.Step step =
        state
            .on(new TargetEvent.Batch(CURRENT, 4, 3, Map.of(RefusalReason.TABLE_FULL, 1), 3))
            .next()
            .on(new TargetEvent.Barrier(CURRENT, NOW));

    assertThat(step.next()).isInstanceOf(TargetState.Failed.class);
    assertThat(step.next().course().imported().reason()).isEqualTo("TableFull");
    assertThat(step.actions())
        .containsExactly(
            new TargetAction.Answer(HOOK, new Proceed(Because.FAILED)), new TargetAction.Report());
  }

  @Test
  void aDeadlineFailsOpen() {
    TargetState.Step step =
        new TargetState.Receiving(course(DeadlinePolicy.IGNORE))
            .on(new TargetEvent.HookDeadline(HOOK, NOW));

    assertThat(step.next()).isInstanceOf(TargetState.Receiving.class);
    assertThat(step.actions())
        .containsExactly(
            new TargetAction.Answer(HOOK, new Proceed(Because.DEADLINE_EXCEEDED)),
            new TargetAction.Report());
  }

  @Test
  void aDeadlineRefusesTheMigrationWhereThatIsWanted() {
    TargetState.Step step =
        new TargetState.Receiving(course(DeadlinePolicy.ABORT))
            .on(new TargetEvent.HookDeadline(HOOK, NOW));

    assertThat(step.actions().get(0))
        .isEqualTo(
            new TargetAction.Answer(
                HOOK,
                new HookVerdict.Refuse(
                    "the connection entries of ns/name were not imported within 200 ms (about to"
                        + " listen on 127.0.0.1:28152), and its failure policy is Abort")));
    assertThat(step.next().course().hooks().last().orElseThrow().outcome())
        .isEqualTo(HookAnswer.Outcome.ABORTED);
  }

  @Test
  void aLateDeadlineChangesNothing() {
    TargetState imported =
        new TargetState.Receiving(course(DeadlinePolicy.ABORT))
            .on(new TargetEvent.Barrier(CURRENT, NOW))
            .next();

    assertThat(imported.on(new TargetEvent.HookDeadline(HOOK, NOW)))
        .isEqualTo(TargetState.Step.to(imported));
  }

  /** An agent that hung finds both when it goes on, in any order. */
  @Test
  void aHookThatLeftWhenItsTimeWasOverExceededItsDeadline() {
    TargetState receiving = new TargetState.Receiving(course(DeadlinePolicy.IGNORE));
    Instant asked = receiving.course().hooks().waiting().get(HOOK);

    TargetState.Step late = receiving.on(new TargetEvent.HookGone(HOOK, asked.plusMillis(200)));
    TargetState.Step early = receiving.on(new TargetEvent.HookGone(HOOK, asked.plusMillis(199)));

    assertThat(late.next().course().hooks().last())
        .contains(new HookAnswer(HookAnswer.Outcome.DEADLINE_EXCEEDED, Duration.ofMillis(200)));
    assertThat(late.actions()).containsExactly(new TargetAction.Report());
    assertThat(early.next().course().hooks()).isEqualTo(HookBook.EMPTY);
    assertThat(early.actions()).isEmpty();
  }

  @Test
  void aHookThatWaitedBeforeTheSyncWasSeenExceededItsDeadline() {
    TargetState.Step step =
        new TargetState.Opening(course(DeadlinePolicy.IGNORE))
            .on(new TargetEvent.HookMissed(Duration.ofMillis(203)));

    assertThat(step.next().course().hooks().last())
        .contains(new HookAnswer(HookAnswer.Outcome.DEADLINE_EXCEEDED, Duration.ofMillis(203)));
    assertThat(step.actions()).containsExactly(new TargetAction.Report());
  }

  @Test
  void whatAHookWasAnsweredCountsMoreThanOneThatWaitedBefore() {
    TargetState imported =
        new TargetState.Receiving(course(DeadlinePolicy.IGNORE))
            .on(new TargetEvent.Barrier(CURRENT, NOW))
            .next();

    assertThat(imported.on(new TargetEvent.HookMissed(Duration.ofMillis(203))))
        .isEqualTo(TargetState.Step.to(imported));
  }

  @Test
  void cleaningUpIsTriedAFewTimes() {
    TargetState state =
        new TargetState.Concluding(course(DeadlinePolicy.IGNORE), Conclusion.ROLL_BACK, 0);
    int tries = 1;
    while (state instanceof TargetState.Concluding) {
      state = state.on(new TargetEvent.CleanUpFailed("EPERM")).next();
      tries++;
    }

    assertThat(tries).isEqualTo(6);
    assertThat(state.course().imported().reason()).isEqualTo("CleanupFailed");
  }

  @Test
  void whatIsKeptIsLookedAfterForAWhileAndIsToldToBeKeptAtOnce() {
    TargetState.Step kept =
        new TargetState.Concluding(course(DeadlinePolicy.IGNORE), Conclusion.KEEP, 0)
            .on(new TargetEvent.CleanedUp(5, NOW));
    assertThat(kept.actions())
        .containsExactly(new TargetAction.Report(), new TargetAction.Reassert());
    assertThat(kept.next().course().progress().cleanup())
        .contains(new TargetProgress.Cleanup(Conclusion.KEEP, 5));

    Instant last = NOW.plus(TargetState.REASSERTION);
    TargetState.Step before = kept.next().on(new TargetEvent.Reasserted(2, last.minusMillis(1)));
    TargetState.Step after = before.next().on(new TargetEvent.Reasserted(0, last));

    assertThat(before.actions())
        .containsExactly(new TargetAction.Report(), new TargetAction.Reassert());
    assertThat(before.next().course().progress().reasserted()).isEqualTo(2);
    assertThat(after.next()).isInstanceOf(TargetState.Ended.class);
    assertThat(after.actions()).containsExactly(new TargetAction.Forget());
  }

  @Test
  void whereNothingWasKeptNothingIsLookedAfter() {
    TargetState.Step step =
        new TargetState.Concluding(course(DeadlinePolicy.IGNORE), Conclusion.KEEP, 0)
            .on(new TargetEvent.CleanedUp(0, NOW));

    assertThat(step.next()).isInstanceOf(TargetState.Ended.class);
  }

  @Test
  void aSyncWhoseEndIsLearntLateIsPutInOrderAtOnce() {
    SyncOrder order = course(DeadlinePolicy.IGNORE).order();

    TargetState.Step begin = TargetState.resumeAtTheEnd(order, Conclusion.ROLL_BACK);
    TargetState.Step end = begin.next().on(new TargetEvent.CleanedUp(3, NOW));

    assertThat(begin.actions()).containsExactly(new TargetAction.CleanUp(Conclusion.ROLL_BACK));
    assertThat(end.next().course().progress().cleanup())
        .contains(new TargetProgress.Cleanup(Conclusion.ROLL_BACK, 3));
    assertThat(end.next().course().progress().port()).isZero();
  }

  private static List<TargetState> states(DeadlinePolicy policy) {
    TargetCourse course = course(policy);
    return List.of(
        new TargetState.Opening(course),
        new TargetState.Listening(course),
        new TargetState.Receiving(course),
        new TargetState.Imported(course, TargetState.Imported.Due.VERIFICATION),
        new TargetState.Failed(course),
        new TargetState.Concluding(course, Conclusion.ROLL_BACK, 0),
        new TargetState.Reasserting(course, NOW.plusSeconds(1)),
        new TargetState.Ended(course));
  }

  private static TargetCourse course(DeadlinePolicy policy) {
    SyncOrder order =
        new SyncOrder(
            "uid",
            "ns",
            "name",
            "domain",
            new SyncOrder.Nodes("source", "target"),
            Set.of(InetAddress.getLoopbackAddress()),
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            policy);
    return new TargetCourse(
        order,
        HERE,
        CURRENT,
        CURRENT,
        TargetCounts.NONE,
        HookBook.EMPTY.asked(HOOK, ASKED),
        TargetFindings.opening(HERE),
        Optional.empty(),
        Optional.empty(),
        0);
  }

  private static List<TargetEvent> events(int number) {
    return List.of(
        new TargetEvent.Opened(number),
        new TargetEvent.PortTaken(number, "EADDRINUSE"),
        new TargetEvent.OpenFailed(number, "EADDRNOTAVAIL"),
        new TargetEvent.OpenDue(number),
        new TargetEvent.Admitted(number + 1),
        new TargetEvent.Rejected("formats"),
        new TargetEvent.Batch(number, 2, 1, Map.of(RefusalReason.MALFORMED, 1), 1),
        new TargetEvent.Removed(number, 1),
        new TargetEvent.TooMany(number, new EntryLimit(5, EntryLimit.Of.ONE_SYNC), NOW),
        new TargetEvent.TableFailed(number, TableFault.API_HUNG, "EPERM"),
        new TargetEvent.Barrier(number, NOW),
        new TargetEvent.Lost(number, "reset"),
        new TargetEvent.Verified(5),
        new TargetEvent.HookAsked(HOOK + 1, NOW),
        new TargetEvent.HookDeadline(HOOK, NOW),
        new TargetEvent.HookGone(HOOK, NOW),
        new TargetEvent.HookMissed(Duration.ofMillis(200)),
        new TargetEvent.Reassigned(ELSEWHERE),
        new TargetEvent.Concluded(Conclusion.ROLL_BACK, NOW),
        new TargetEvent.CleanedUp(5, NOW),
        new TargetEvent.CleanUpFailed("EPERM"),
        new TargetEvent.CleanUpDue(),
        new TargetEvent.Reasserted(2, NOW),
        new TargetEvent.ReassertFailed("EPERM"),
        new TargetEvent.Superseded());
  }

  private static String text(TargetAction action) {
    if (action instanceof TargetAction.Answer answer
        && answer.verdict() instanceof Proceed proceed) {
      return "Answer " + answer.hook() + " " + proceed.because().text();
    }
    return action.getClass().getSimpleName();
  }
}
