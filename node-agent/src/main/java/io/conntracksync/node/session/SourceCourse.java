package io.conntracksync.node.session;

/**
 * What a source session carries from state to state.
 *
 * @param endpoint where the target is
 * @param attempt number of the connection that counts; events of others are late
 * @param failures attempts in a row that came to nothing
 * @param rounds rounds acknowledged, over all connections
 * @param entriesSent entries of those rounds
 * @param bytesSent bytes of those rounds
 */
record SourceCourse(
    Endpoint endpoint, int attempt, int failures, int rounds, long entriesSent, long bytesSent) {
  static SourceCourse to(Endpoint endpoint) {
    return new SourceCourse(endpoint, 1, 0, 0, 0, 0);
  }

  SourceCourse nextAttempt() {
    return new SourceCourse(endpoint, attempt + 1, failures, rounds, entriesSent, bytesSent);
  }

  SourceCourse failedOnceMore() {
    return new SourceCourse(endpoint, attempt, failures + 1, rounds, entriesSent, bytesSent);
  }

  SourceCourse reassigned(Endpoint other) {
    return new SourceCourse(other, attempt + 1, 0, rounds, entriesSent, bytesSent);
  }

  SourceCourse withRound(long entries, long bytes) {
    return new SourceCourse(
        endpoint, attempt, 0, rounds + 1, entriesSent + entries, bytesSent + bytes);
  }

  SourceProgress progress(Finding exported) {
    return new SourceProgress(exported, rounds, entriesSent, bytesSent);
  }
}
