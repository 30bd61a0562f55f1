package io.conntracksync.node.session;

import io.conntracksync.node.session.SourceEvent.Acknowledged;
import io.conntracksync.node.table.RefusalReason;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a source session carries from state to state.
 *
 * @param endpoint where the target is
 * @param attempt number of the connection that counts; events of others are late
 * @param failures attempts in a row that came to nothing
 * @param rounds rounds acknowledged, over all connections
 * @param entriesSent entries of those rounds
 * @param bytesSent bytes of those rounds
 * @param refused what was not sent on the connection that counts, by reason
 * @param switchover the one that waits for its answer
 */
record SourceCourse(
    Endpoint endpoint,
    int attempt,
    int failures,
    int rounds,
    long entriesSent,
    long bytesSent,
    Map<RefusalReason, Long> refused,
    OptionalLong switchover) {
  SourceCourse {
    refused = Map.copyOf(refused);
  }

  static SourceCourse to(Endpoint endpoint) {
    return new SourceCourse(endpoint, 1, 0, 0, 0, 0, Map.of(), OptionalLong.empty());
  }

  SourceCourse nextAttempt() {
    return new SourceCourse(
        endpoint, attempt + 1, failures, rounds, entriesSent, bytesSent, refused, switchover);
  }

  SourceCourse failedOnceMore() {
    return new SourceCourse(
        endpoint, attempt, failures + 1, rounds, entriesSent, bytesSent, refused, switchover);
  }

  SourceCourse reassigned(Endpoint other) {
    return new SourceCourse(
        other, attempt + 1, 0, rounds, entriesSent, bytesSent, refused, switchover);
  }

  SourceCourse withRound(Acknowledged round) {
    return new SourceCourse(
        endpoint,
        attempt,
        0,
        rounds + 1,
        entriesSent + round.entries(),
        bytesSent + round.bytes(),
        round.refused(),
        switchover);
  }

  SourceCourse waitingFor(long asked) {
    return new SourceCourse(
        endpoint,
        attempt,
        failures,
        rounds,
        entriesSent,
        bytesSent,
        refused,
        OptionalLong.of(asked));
  }

  SourceCourse withoutSwitchover() {
    return new SourceCourse(
        endpoint, attempt, failures, rounds, entriesSent, bytesSent, refused, OptionalLong.empty());
  }

  SourceProgress progress(Finding exported) {
    return new SourceProgress(exported, rounds, entriesSent, bytesSent, refused, Optional.empty());
  }
}
