package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.operator.log.LogKeys;
import io.conntracksync.operator.metrics.OperatorMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was decided; one write a call, so that each decision rests on what the last one left.
 * Answers when to look again if nothing happens until then.
 */
final class SyncActor {
  private static final Logger LOG = LoggerFactory.getLogger(SyncActor.class);

  // The event of the newer version is on its way and comes first; this is for the case it is not.
  private static final Duration AFTER_STALE = Duration.ofMillis(200);
  private static final Duration AFTER_TRESPASS = Duration.ofSeconds(30);
  // The end of another sync wakes those that wait for a port; this is for the case it does not.
  private static final Duration WAITING = Duration.ofSeconds(5);

  private final StatusFactory factory;
  private final StatusWriter writer;
  private final SyncRemover remover;
  private final PortDesk ports;
  private final Announcer announcer;
  private final OperatorMetrics metrics;

  SyncActor(
      StatusFactory factory,
      StatusWriter writer,
      SyncRemover remover,
      PortDesk ports,
      Announcer announcer,
      OperatorMetrics metrics) {
    this.factory = factory;
    this.writer = writer;
    this.remover = remover;
    this.ports = ports;
    this.announcer = announcer;
    this.metrics = metrics;
  }

  Optional<Duration> write(ConntrackSync sync, SyncView view, Standing standing, Instant now) {
    ConntrackSyncStatus part = factory.part(sync, standing);
    if (part.equals(StatusFactory.ownPart(sync))) {
      return lookAgain(view, standing, now);
    }
    Written written = writer.apply(sync, part);
    if (written != Written.DONE) {
      return after(sync, written);
    }
    announcer.announce(sync, view, standing);
    return lookAgain(view, standing, now);
  }

  /** {@code left}: until its deletion. */
  Optional<Duration> tidyUp(ConntrackSync sync, Duration left) {
    return left.isNegative() || left.isZero()
        ? after(sync, remover.delete(sync))
        : Optional.of(left);
  }

  private Optional<Duration> after(ConntrackSync sync, Written written) {
    switch (written) {
      case DONE -> {
        return Optional.empty();
      }
      case STALE -> {
        metrics.lost(OperatorMetrics.Write.STALE);
        return Optional.of(AFTER_STALE);
      }
      case TRESPASS -> {
        metrics.lost(OperatorMetrics.Write.TRESPASS);
        LOG.atWarn()
            .addKeyValue(LogKeys.RESOURCE, sync.getMetadata().getManagedFields())
            .log("a field of the operator has another owner, status not written");
        return Optional.of(AFTER_TRESPASS);
      }
      case GONE -> {
        ports.release(sync.getMetadata().getUid());
        return Optional.empty();
      }
    }
    throw new IllegalStateException("unknown answer " + written);
  }

  private static Optional<Duration> lookAgain(SyncView view, Standing standing, Instant now) {
    if (standing.isEnd()) {
      return Optional.empty(); // the event of our own write comes next
    }
    Duration left = Duration.between(now, view.expiry());
    if (standing.place().isEmpty() && left.compareTo(WAITING) > 0) {
      return Optional.of(WAITING);
    }
    return Optional.of(left.isNegative() ? Duration.ZERO : left.plusMillis(1));
  }
}
