package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.Assignment;
import io.conntracksync.api.v1alpha1.ConditionType;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The only place where the operator's conditions are born. It makes the operator's whole part of
 * the status and nothing else: what a server-side apply leaves out, it takes away.
 */
final class StatusFactory {
  private final Clock clock;

  StatusFactory(Clock clock) {
    this.clock = clock;
  }

  /** The operator's part for that standing; times of what did not change are kept. */
  ConntrackSyncStatus part(ConntrackSync sync, Standing standing) {
    ConntrackSyncStatus old = SyncReader.status(sync);
    Long generation = sync.getMetadata().getGeneration();
    return new ConntrackSyncStatus(
        generation,
        standing.phase(),
        standing.reason().text(),
        standing.message(),
        standing.outcome().orElse(null),
        standing.isEnd() ? now() : null,
        standing.place().map(place -> assignment(place, old)).orElse(null),
        null,
        null,
        List.of(assigned(old, standing, generation), concluded(old, standing, generation)));
  }

  /** The operator's part of what is there already. */
  static ConntrackSyncStatus ownPart(ConntrackSync sync) {
    ConntrackSyncStatus status = SyncReader.status(sync);
    return new ConntrackSyncStatus(
        status.observedGeneration(),
        status.phase(),
        status.reason(),
        status.message(),
        status.outcome(),
        status.concludedTime(),
        status.assignment(),
        null,
        null,
        Stream.of(ConditionType.ASSIGNED, ConditionType.CONCLUDED)
            .flatMap(type -> SyncReader.condition(status, type).stream())
            .toList());
  }

  private Assignment assignment(Place place, ConntrackSyncStatus old) {
    return Optional.ofNullable(old.assignment())
        .filter(a -> place.address().equals(a.address()))
        .filter(a -> Objects.equals(place.port(), a.port()))
        .orElseGet(() -> new Assignment(place.address(), place.port(), now()));
  }

  private Condition assigned(ConntrackSyncStatus old, Standing standing, Long generation) {
    return standing
        .place()
        .map(
            place ->
                condition(
                    old,
                    ConditionType.ASSIGNED,
                    "True",
                    Reason.PORT_ASSIGNED,
                    "port " + place.port() + " of " + place.address(),
                    generation))
        .orElseGet(
            () ->
                condition(
                    old,
                    ConditionType.ASSIGNED,
                    "False",
                    standing.reason(),
                    standing.message(),
                    generation));
  }

  private Condition concluded(ConntrackSyncStatus old, Standing standing, Long generation) {
    return standing.isEnd()
        ? condition(
            old, ConditionType.CONCLUDED, "True", standing.reason(), standing.message(), generation)
        : condition(
            old,
            ConditionType.CONCLUDED,
            "False",
            Reason.UNDER_WAY,
            "the end of the migration was not seen yet",
            generation);
  }

  private Condition condition(
      ConntrackSyncStatus old,
      String type,
      String status,
      Reason reason,
      String message,
      Long generation) {
    String since =
        SyncReader.condition(old, type)
            .filter(before -> status.equals(before.getStatus()))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> now().truncatedTo(ChronoUnit.SECONDS).toString());
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason.text())
        .withMessage(message)
        .withObservedGeneration(generation)
        .withLastTransitionTime(since)
        .build();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
