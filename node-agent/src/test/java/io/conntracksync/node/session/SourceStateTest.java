package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.session.Finding.Verdict;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFault;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SourceStateTest {
  private static final Endpoint HERE = new Endpoint(InetAddress.getLoopbackAddress(), 28152);
  private static final Endpoint ELSEWHERE = new Endpoint(InetAddress.getLoopbackAddress(), 28153);
  private static final Finding SOME = new Finding(Verdict.NOT_YET, "Some", "some");
  private static final int NOW = 3;
  private static final long SWITCHOVER = 5;
  private static final SourceCourse COURSE =
      new SourceCourse(
          HERE,
          NOW,
          0,
          new SourceTotals(1, 10, 1000, Map.of(), 0, Optional.empty()),
          OptionalLong.of(SWITCHOVER));

  private static final List<SourceState> STATES =
      List.of(
          new SourceState.Connecting(COURSE, SOME),
          new SourceState.Sending(COURSE, SOME),
          new SourceState.Exported(COURSE, SOME),
          new SourceState.Pausing(COURSE, SOME),
          new SourceState.Ended(COURSE, SOME));

  @Test
  void everyStateMeetsEveryEvent() {
    List<SourceEvent> events = new ArrayList<>(ofAttempt(NOW));
    events.add(new SourceEvent.Reassigned(ELSEWHERE));
    events.add(new SourceEvent.SwitchoverAsked(SWITCHOVER + 1));
    events.add(new SourceEvent.SwitchoverDeadline(SWITCHOVER));
    events.add(new SourceEvent.Concluded(Conclusion.KEEP));
    assertThat(events.stream().map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.asList(SourceEvent.class.getPermittedSubclasses()));
    assertThat(STATES.stream().map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.asList(SourceState.class.getPermittedSubclasses()));

    StringBuilder table = new StringBuilder();
    for (SourceState state : STATES) {
      for (SourceEvent event : events) {
        SourceState.Step step = state.on(event);
        table.append(
            "%s + %s -> %s %s %s%n"
                .formatted(
                    state.getClass().getSimpleName(),
                    event.getClass().getSimpleName(),
                    step.next().equals(state) ? "same" : step.next().getClass().getSimpleName(),
                    step.next().finding().reason(),
                    step.actions().stream()
                        .map(Object::getClass)
                        .map(Class::getSimpleName)
                        .collect(Collectors.toList())));
      }
    }

    GoldenTable.assertMatches("source-states.txt", table.toString());
  }

  @Test
  void whatComesFromAnEarlierConnectionChangesNothing() {
    for (SourceState state : STATES) {
      for (SourceEvent late : ofAttempt(NOW - 1)) {
        assertThat(state.on(late)).isEqualTo(SourceState.Step.to(state));
      }
    }
  }

  @Test
  void theSamePortAgainChangesNothing() {
    for (SourceState state : STATES) {
      assertThat(state.on(new SourceEvent.Reassigned(HERE))).isEqualTo(SourceState.Step.to(state));
    }
  }

  @Test
  void anotherPortIsAnotherConnection() {
    SourceState.Step step =
        new SourceState.Exported(COURSE, SOME).on(new SourceEvent.Reassigned(ELSEWHERE));

    assertThat(step.actions())
        .containsExactly(
            new SourceAction.HangUp(),
            new SourceAction.Connect(NOW + 1, ELSEWHERE),
            new SourceAction.Report());
  }

  @Test
  void roundsAddUp() {
    SourceState.Step step =
        new SourceState.Sending(COURSE, SOME)
            .on(
                new SourceEvent.Acknowledged(
                    NOW,
                    new SourceRound(
                        412,
                        5000,
                        Map.of(RefusalReason.SOURCE_NODE_ADDRESS, 2L),
                        2,
                        Optional.of(Duration.ofMillis(3)),
                        new Acknowledgement(409, Map.of(RefusalReason.TUPLE_TAKEN, 3L)))));

    assertThat(step.next().progress())
        .isEqualTo(
            new SourceProgress(
                new Finding(
                    Verdict.YES,
                    "Exported",
                    "412 entries sent to the target at 127.0.0.1:28152, 409 of them applied;"
                        + " refused: TupleTaken 3; not sent: SourceNodeAddress 2"),
                2,
                422,
                6000,
                Map.of(RefusalReason.SOURCE_NODE_ADDRESS, 2L),
                2,
                Optional.of(Duration.ofMillis(3)),
                Optional.empty()));
  }

  @Test
  void aSwitchoverIsAnsweredOnce() {
    SourceState.Step drained =
        new SourceState.Exported(COURSE, SOME).on(new SourceEvent.Drained(NOW, SWITCHOVER));

    assertThat(drained.actions())
        .containsExactly(new SourceAction.AnswerSwitchover(SWITCHOVER, PauseOutcome.DRAINED));
    assertThat(drained.next().on(new SourceEvent.SwitchoverDeadline(SWITCHOVER)))
        .isEqualTo(SourceState.Step.to(drained.next()));
    assertThat(drained.next().on(new SourceEvent.Drained(NOW, SWITCHOVER)))
        .isEqualTo(SourceState.Step.to(drained.next()));
  }

  @Test
  void aDrainThatComesAfterTheDeadlineAnswersNoOne() {
    SourceState.Step late =
        new SourceState.Exported(COURSE, SOME).on(new SourceEvent.SwitchoverDeadline(SWITCHOVER));

    assertThat(late.actions())
        .containsExactly(
            new SourceAction.AnswerSwitchover(SWITCHOVER, PauseOutcome.DEADLINE_EXCEEDED));
    assertThat(late.next().on(new SourceEvent.Drained(NOW, SWITCHOVER)))
        .isEqualTo(SourceState.Step.to(late.next()));
  }

  @Test
  void aTargetThatIsSomeMillisecondsLateIsNoNews() {
    SourceState state = SourceState.begin(HERE).next();
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int attempt = state.course().attempt();
      state = state.on(new SourceEvent.Unreachable(attempt, "refused")).next();
      reasons.add(state.finding().reason());
      state = state.on(new SourceEvent.PauseOver(attempt)).next();
    }

    assertThat(reasons)
        .containsExactly(
            "Connecting", "Connecting", "Connecting", "Connecting", "Unreachable", "Unreachable");
  }

  @Test
  void pausesGrowAndHaveAnEnd() {
    assertThat(Backoff.after(1)).isEqualTo(Duration.ofMillis(20));
    assertThat(Backoff.after(2)).isEqualTo(Duration.ofMillis(40));
    assertThat(Backoff.after(9)).isEqualTo(Duration.ofSeconds(5));
    assertThat(Backoff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aTableThatFailsOnceIsTriedAgainBeforeAHookGoesOn() {
    SourceState state = SourceState.begin(HERE).next();

    SourceState.Step step =
        state.on(
            new SourceEvent.TableFailed(state.course().attempt(), TableFault.API_HUNG, "late"));

    assertThat(step.actions())
        .contains(new SourceAction.Pause(state.course().attempt(), Duration.ofMillis(20)));
  }

  private static List<SourceEvent> ofAttempt(int attempt) {
    return List.of(
        new SourceEvent.Connected(attempt),
        new SourceEvent.Unreachable(attempt, "no route"),
        new SourceEvent.Refused(attempt, "no"),
        new SourceEvent.Acknowledged(
            attempt,
            new SourceRound(1, 1, Map.of(), 0, Optional.empty(), new Acknowledgement(1, Map.of()))),
        new SourceEvent.Drained(attempt, SWITCHOVER),
        new SourceEvent.Lost(attempt, "reset"),
        new SourceEvent.TableFailed(attempt, TableFault.API_HUNG, "EPERM"),
        new SourceEvent.PauseOver(attempt),
        new SourceEvent.PeerDone(attempt));
  }
}
