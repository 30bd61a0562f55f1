package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.operator.events.EventSink;
import io.conntracksync.operator.events.Notice;
import io.conntracksync.operator.events.Notice.Weight;
import io.conntracksync.operator.events.Subject;
import io.conntracksync.operator.kubevirt.VirtualMachineInstanceMigration;
import io.conntracksync.operator.log.LogKeys;
import io.conntracksync.operator.metrics.OperatorMetrics;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what has become of a sync, once it is written: log, Events, metrics. */
final class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  private final EventSink events;
  private final OperatorMetrics metrics;
  private final Clock clock;

  Announcer(EventSink events, OperatorMetrics metrics, Clock clock) {
    this.events = events;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** {@code sync} and {@code before} as they were read, {@code standing} as it was written. */
  void announce(ConntrackSync sync, SyncView before, Standing standing) {
    count(before, standing);
    boolean moved =
        !before.phase().equals(Optional.of(standing.phase()))
            || !standing.reason().text().equals(SyncReader.status(sync).reason())
            || !before.place().equals(standing.place());
    if (!moved) {
      return;
    }
    LOG.atInfo()
        .addKeyValue(LogKeys.PHASE, Phases.text(standing.phase()))
        .addKeyValue(LogKeys.REASON, standing.reason().text())
        .addKeyValue(LogKeys.PORT, standing.place().map(Place::port).orElse(0))
        .addKeyValue(LogKeys.MESSAGE, standing.message())
        .log("sync moved on");
    Notice notice = new Notice(weight(standing), standing.reason().text(), text(standing));
    events.publish(Subject.of(sync), notice);
    migration(before).ifPresent(subject -> events.publish(subject, notice));
  }

  private void count(SyncView before, Standing standing) {
    if (standing.isEnd()) {
      metrics.ended(Phases.text(standing.phase()), standing.reason().text());
    } else if (before.place().isEmpty() && standing.place().isPresent()) {
      metrics.assigned(Duration.between(before.created(), clock.instant()));
    } else if (!before.place().equals(standing.place())) {
      metrics.reassigned();
    }
  }

  // An Event's note has at most 1024 bytes, the phase stands before the message.
  private static String text(Standing standing) {
    String text = Phases.text(standing.phase()) + ": " + standing.message();
    return text.length() > 1000 ? text.substring(0, 1000) + "..." : text;
  }

  private static Weight weight(Standing standing) {
    return switch (standing.phase()) {
      case SKIPPED, EXPIRED, FAILED -> Weight.WARNING;
      case PENDING -> Weight.WARNING; // a port that is not there is the only cause to wait
      case COMPLETED ->
          standing.reason() == Reason.ENTRIES_NOT_IMPORTED ? Weight.WARNING : Weight.NORMAL;
      case ASSIGNED, SYNCING, IMPORTED, CANCELLED, UNRECOGNISED -> Weight.NORMAL;
    };
  }

  private static Optional<Subject> migration(SyncView sync) {
    return sync.migration()
        .map(
            migration ->
                new Subject(
                    HasMetadata.getApiVersion(VirtualMachineInstanceMigration.class),
                    HasMetadata.getKind(VirtualMachineInstanceMigration.class),
                    sync.namespace(),
                    migration.name(),
                    migration.uid()));
  }
}
