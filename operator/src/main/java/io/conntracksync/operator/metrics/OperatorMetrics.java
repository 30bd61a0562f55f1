package io.conntracksync.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** The operator's own meters; those of the control loop come from the framework. */
public final class OperatorMetrics {
  /** What may go wrong with a write and is not an error of the sync. */
  public enum Write {
    /** The object had changed since it was read; it is read again. */
    STALE,
    /** Somebody else writes our fields: a bug, here or there. */
    TRESPASS,
    /** An Event was lost. */
    EVENT
  }

  private final MeterRegistry registry;
  private final Counter created;
  private final Counter assigned;
  private final Counter refused;
  private final Timer timeToAssignment;

  public OperatorMetrics(MeterRegistry registry) {
    this.registry = registry;
    created =
        // Not "created": Prometheus keeps that suffix to itself and would drop it from the name.
        Counter.builder("conntracksync.operator.syncs.made")
            .description("Syncs made for migrations")
            .register(registry);
    assigned =
        Counter.builder("conntracksync.operator.ports.assigned")
            .description("Ports given to syncs")
            .register(registry);
    refused =
        Counter.builder("conntracksync.operator.ports.refused")
            .description("Ports that a target could not bind")
            .register(registry);
    timeToAssignment =
        Timer.builder("conntracksync.operator.time.to.assignment")
            .description("From the creation of a sync (whole seconds) to its port")
            .register(registry);
  }

  /** From now on {@code count} is asked at each scrape. */
  public void portsInUse(Supplier<Number> count) {
    Gauge.builder("conntracksync.operator.ports.in.use", count)
        .description("Ports that syncs have, over all nodes")
        .register(registry);
  }

  /** A sync was made for a migration. */
  public void created() {
    created.increment();
  }

  /** A sync got its first port, so long after its creation. */
  public void assigned(Duration afterCreation) {
    assigned.increment();
    // Creation times are cut to seconds; clocks may differ: no negative times.
    timeToAssignment.record(afterCreation.isNegative() ? Duration.ZERO : afterCreation);
  }

  /** A sync got another port, the target could not bind the last one. */
  public void reassigned() {
    assigned.increment();
    refused.increment();
  }

  /** A sync reached its end. */
  public void ended(String phase, String reason) {
    Counter.builder("conntracksync.operator.syncs.ended")
        .description("Syncs that reached their end")
        .tag("phase", phase)
        .tag("reason", reason)
        .register(registry)
        .increment();
  }

  /** A notice about a migration or its VM. */
  public void noticed(String reason) {
    Counter.builder("conntracksync.operator.notices")
        .description("Migrations without a sync and settings that were not taken, by reason")
        .tag("reason", reason)
        .register(registry)
        .increment();
  }

  /** A write did not take effect. */
  public void lost(Write write) {
    Counter.builder("conntracksync.operator.writes.lost")
        .description("Writes that did not take effect")
        .tag("cause", write.name().toLowerCase(Locale.ROOT))
        .register(registry)
        .increment();
  }
}
