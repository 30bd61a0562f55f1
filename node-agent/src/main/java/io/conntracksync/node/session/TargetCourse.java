package io.conntracksync.node.session;

import io.conntracksync.node.session.TargetProgress.Cleanup;
import java.util.Optional;

/**
 * What a target session carries from state to state.
 *
 * @param opening number of the listening that counts
 * @param connection number of the connection that counts, 0 for none
 * @param imported the condition Imported
 * @param reasserted entries put back after the end
 */
record TargetCourse(
    SyncOrder order,
    Endpoint endpoint,
    int opening,
    int connection,
    TargetCounts counts,
    HookBook hooks,
    Finding imported,
    Optional<Long> verified,
    Optional<Cleanup> cleanup,
    long reasserted) {
  static TargetCourse at(SyncOrder order, Endpoint endpoint) {
    return new TargetCourse(
        order,
        endpoint,
        1,
        0,
        TargetCounts.NONE,
        HookBook.EMPTY,
        TargetFindings.opening(endpoint),
        Optional.empty(),
        Optional.empty(),
        0);
  }

  TargetCourse reopening(Endpoint at) {
    return new TargetCourse(
        order, at, opening + 1, 0, counts, hooks, imported, verified, cleanup, reasserted);
  }

  TargetCourse admitted(int admitted) {
    return new TargetCourse(
        order,
        endpoint,
        opening,
        admitted,
        counts.ofNewConnection(),
        hooks,
        imported,
        verified,
        cleanup,
        reasserted);
  }

  TargetCourse withoutConnection() {
    return new TargetCourse(
        order, endpoint, opening, 0, counts, hooks, imported, verified, cleanup, reasserted);
  }

  TargetCourse with(TargetCounts newer) {
    return new TargetCourse(
        order,
        endpoint,
        opening,
        connection,
        newer,
        hooks,
        imported,
        verified,
        cleanup,
        reasserted);
  }

  TargetCourse with(HookBook newer) {
    return new TargetCourse(
        order,
        endpoint,
        opening,
        connection,
        counts,
        newer,
        imported,
        verified,
        cleanup,
        reasserted);
  }

  TargetCourse with(Finding newer) {
    return new TargetCourse(
        order, endpoint, opening, connection, counts, hooks, newer, verified, cleanup, reasserted);
  }

  TargetCourse unverified() {
    return new TargetCourse(
        order,
        endpoint,
        opening,
        connection,
        counts,
        hooks,
        imported,
        Optional.empty(),
        cleanup,
        reasserted);
  }

  TargetCourse verified(long entries) {
    return new TargetCourse(
        order,
        endpoint,
        opening,
        connection,
        counts,
        hooks,
        imported,
        Optional.of(entries),
        cleanup,
        reasserted);
  }

  TargetCourse cleanedUp(Cleanup done) {
    return new TargetCourse(
        order,
        endpoint,
        opening,
        connection,
        counts,
        hooks,
        imported,
        verified,
        Optional.of(done),
        reasserted);
  }

  TargetCourse reasserted(long more) {
    return new TargetCourse(
        order,
        endpoint,
        opening,
        connection,
        counts,
        hooks,
        imported,
        verified,
        cleanup,
        reasserted + more);
  }

  TargetProgress progress() {
    return new TargetProgress(
        imported,
        endpoint.port(),
        counts.receivedEver(),
        counts.inTable(),
        counts.refused(),
        verified,
        hooks.last(),
        cleanup,
        reasserted);
  }
}
