package io.conntracksync.node.kube;

import io.conntracksync.node.session.Finding;
import io.conntracksync.node.table.ConntrackTable;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the cluster, for as long as the agent runs, that this node is here and what it can do. An
 * API server that is away is tried again until it answers.
 */
public final class NodePresence {
  private static final Logger LOG = LoggerFactory.getLogger(NodePresence.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), NodeLease.PERIOD.dividedBy(2));

  private final NodeRegistration registration;
  private final NodeLease lease;
  private final Later later;
  private final Map<Duty, Counter> faults = new EnumMap<>(Duty.class);

  NodePresence(NodeRegistration registration, NodeLease lease, Later later, MeterRegistry meters) {
    this.registration = registration;
    this.lease = lease;
    this.later = later;
    for (Duty duty : Duty.values()) {
      faults.put(
          duty,
          Counter.builder("conntracksync.node.faults")
              .description("Times that this node's object or Lease could not be written")
              .tag("object", duty.label)
              .register(meters));
    }
  }

  /** Writes to the API server, on the executor's threads. */
  public static NodePresence onApi(
      KubernetesClient client,
      NodeIdentity identity,
      ConntrackTable table,
      Clock clock,
      ScheduledExecutorService executor,
      MeterRegistry meters) {
    NodeApi api = new ApiServerNodes(client);
    return new NodePresence(
        new NodeRegistration(identity, api, table, new StatusFactory(clock)),
        new NodeLease(identity, api, clock),
        (delay, work) -> {
          var unused = executor.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
        },
        meters);
  }

  /** What is done again and again, each by itself: a slow status must not delay the Lease. */
  private enum Duty {
    STATUS("conntracknode"),
    LEASE("lease");

    private final String label;

    Duty(String label) {
      this.label = label;
    }
  }

  /** Begins to renew the Lease and to keep the status. */
  public void start() {
    later.run(Duration.ZERO, () -> repeat(Duty.LEASE, 0));
    later.run(Duration.ZERO, () -> repeat(Duty.STATUS, 0));
  }

  /** Says so at once; when the API server is away, with the next repetition. */
  public void report(Finding ready) {
    registration.report(ready);
    later.run(Duration.ZERO, () -> attempt(Duty.STATUS));
  }

  /** The last word, written by the caller's thread; best effort, the Lease lapses anyway. */
  public void stop() {
    registration.report(
        NodeReason.STOPPED.finding("the agent was stopped; start it again to sync"));
    attempt(Duty.STATUS);
  }

  private void repeat(Duty duty, int failuresBefore) {
    int failures = attempt(duty) == Attempt.DONE ? 0 : failuresBefore + 1;
    Duration pause = failures == 0 ? NodeLease.PERIOD : BACKOFF.after(failures);
    later.run(pause, () -> repeat(duty, failures));
  }

  private enum Attempt {
    DONE,
    FAILED
  }

  private Attempt attempt(Duty duty) {
    try {
      switch (duty) {
        case STATUS -> registration.refresh();
        case LEASE -> lease.renew();
      }
      return Attempt.DONE;
    } catch (RuntimeException error) {
      // Top of the loop: whatever it was, the next renewal must come.
      Objects.requireNonNull(faults.get(duty)).increment();
      LOG.atWarn()
          .addKeyValue(KubeLogKeys.OBJECT, duty.label)
          .addKeyValue(KubeLogKeys.WHY, RootCause.of(error))
          .log("node presence not written, trying again");
      return Attempt.FAILED;
    }
  }
}
