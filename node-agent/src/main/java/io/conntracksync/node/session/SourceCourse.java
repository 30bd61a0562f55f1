package io.conntracksync.node.session;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a source session carries from state to state.
 *
 * @param endpoint where the target is
 * @param attempt number of the connection that counts; events of others are late
 * @param failures attempts in a row that came to nothing
 * @param totals what was sent and acknowledged so far
 * @param switchover the one that waits for its answer
 */
record SourceCourse(
    Endpoint endpoint, int attempt, int failures, SourceTotals totals, OptionalLong switchover) {
  static SourceCourse to(Endpoint endpoint) {
    return new SourceCourse(endpoint, 1, 0, SourceTotals.NONE, OptionalLong.empty());
  }

  SourceCourse nextAttempt() {
    return new SourceCourse(endpoint, attempt + 1, failures, totals, switchover);
  }

  SourceCourse failedOnceMore() {
    return new SourceCourse(endpoint, attempt, failures + 1, totals, switchover);
  }

  SourceCourse reassigned(Endpoint other) {
    return new SourceCourse(other, attempt + 1, 0, totals, switchover);
  }

  SourceCourse with(SourceRound round) {
    return new SourceCourse(endpoint, attempt, 0, totals.plus(round), switchover);
  }

  SourceCourse waitingFor(long asked) {
    return new SourceCourse(endpoint, attempt, failures, totals, OptionalLong.of(asked));
  }

  SourceCourse withoutSwitchover() {
    return new SourceCourse(endpoint, attempt, failures, totals, OptionalLong.empty());
  }

  SourceProgress progress(Finding exported) {
    return new SourceProgress(
        exported,
        totals.rounds(),
        totals.entries(),
        totals.bytes(),
        totals.refused(),
        totals.overruns(),
        totals.deltaLag(),
        Optional.empty());
  }
}
