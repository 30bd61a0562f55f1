package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.Assignment;
import io.conntracksync.api.v1alpha1.CleanupStatus;
import io.conntracksync.api.v1alpha1.ConditionType;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.DurationText;
import io.conntracksync.api.v1alpha1.TargetStatus;
import io.conntracksync.operator.settings.SyncDefaults;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads a ConntrackSync into a {@link SyncView}. Nothing that the schema lets through throws. */
final class SyncReader {
  private static final String PORT_IN_USE = "PortInUse";
  private static final SyncDefaults API = SyncDefaults.ofTheApi();

  private SyncReader() {}

  static SyncView read(ConntrackSync sync) {
    ObjectMeta meta = sync.getMetadata();
    ConntrackSyncSpec spec = sync.getSpec();
    ConntrackSyncStatus status = status(sync);
    Optional<Place> place = Optional.ofNullable(status.assignment()).flatMap(SyncReader::place);
    Optional<TargetStatus> target =
        Optional.ofNullable(status.target()).filter(t -> meta.getUid().equals(t.syncUid()));
    return new SyncView(
        meta.getNamespace(),
        meta.getName(),
        meta.getUid(),
        Instant.parse(meta.getCreationTimestamp()),
        spec.virtualMachineInstance(),
        Optional.ofNullable(spec.migration()),
        spec.sourceNode(),
        spec.targetNode(),
        spec.addresses() == null ? List.of() : spec.addresses(),
        DurationText.parse(spec.timeout()).orElse(API.timeout()),
        DurationText.parse(spec.ttlAfterFinished()).orElse(API.ttlAfterFinished()),
        Optional.ofNullable(status.phase()),
        place,
        Optional.ofNullable(status.concludedTime()),
        progress(sync, place, target),
        target.flatMap(t -> Optional.ofNullable(t.cleanup())).map(CleanupStatus::outcome));
  }

  static ConntrackSyncStatus status(ConntrackSync sync) {
    return Optional.ofNullable(sync.getStatus())
        .orElseGet(
            () ->
                new ConntrackSyncStatus(
                    null, null, null, null, null, null, null, null, null, null));
  }

  static Optional<Condition> condition(ConntrackSyncStatus status, String type) {
    List<Condition> conditions = status.conditions() == null ? List.of() : status.conditions();
    return conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
  }

  private static Optional<Place> place(Assignment assignment) {
    return assignment.address() == null || assignment.port() == null
        ? Optional.empty()
        : Optional.of(new Place(assignment.address(), assignment.port()));
  }

  private static Progress progress(
      ConntrackSync sync, Optional<Place> place, Optional<TargetStatus> target) {
    ConntrackSyncStatus status = status(sync);
    Optional<Condition> imported = target.flatMap(t -> condition(status, ConditionType.IMPORTED));
    if (imported.filter(c -> "True".equals(c.getStatus())).isPresent()) {
      return Progress.IMPORTED;
    }
    // The port of the complaint must be the assigned one, else it is about the one before.
    if (imported.filter(c -> PORT_IN_USE.equals(c.getReason())).isPresent()
        && place.map(Place::port).equals(target.map(TargetStatus::port))) {
      return Progress.PORT_IN_USE;
    }
    boolean sent =
        Optional.ofNullable(status.source())
            .filter(s -> sync.getMetadata().getUid().equals(s.syncUid()))
            .isPresent();
    boolean received =
        target.map(TargetStatus::entriesReceived).filter(Objects::nonNull).orElse(0L) > 0;
    return sent || received ? Progress.FLOWING : Progress.NONE;
  }
}
