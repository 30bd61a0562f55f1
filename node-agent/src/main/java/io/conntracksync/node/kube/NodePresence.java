package io.conntracksync.node.kube;

import io.conntracksync.node.kube.ApiTally.PresenceObject;
import io.conntracksync.node.session.Finding;
import java.time.Clock;
import java.time.Duration;
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
  private final ApiTally tally;

  NodePresence(NodeRegistration registration, NodeLease lease, Later later, ApiTally tally) {
    this.registration = registration;
    this.lease = lease;
    this.later = later;
    this.tally = tally;
  }

  /** Writes to the API server, on the executor's threads. */
  public static NodePresence onApi(
      ApiConnection connection,
      NodeIdentity identity,
      FillSource table,
      Clock clock,
      ScheduledExecutorService executor,
      ApiTally tally) {
    NodeApi api = new ApiServerNodes(connection.client());
    return new NodePresence(
        new NodeRegistration(identity, api, table, new StatusFactory(clock)),
        new NodeLease(identity, api, clock),
        (delay, work) -> {
          var unused = executor.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
        },
        tally);
  }

  /**
   * Begins to renew the Lease and to keep the status, each by itself: a slow status must not delay
   * the Lease.
   */
  public void start() {
    later.run(Duration.ZERO, () -> repeat(PresenceObject.LEASE, 0));
    later.run(Duration.ZERO, () -> repeat(PresenceObject.CONNTRACKNODE, 0));
  }

  /** Says so at once; when the API server is away, with the next repetition. */
  public void report(Finding ready) {
    registration.report(ready);
    later.run(Duration.ZERO, () -> attempt(PresenceObject.CONNTRACKNODE));
  }

  /** The last word, written by the caller's thread; best effort, the Lease lapses anyway. */
  public void stop() {
    registration.report(
        NodeReason.STOPPED.finding("the agent was stopped; start it again to sync"));
    attempt(PresenceObject.CONNTRACKNODE);
  }

  private void repeat(PresenceObject duty, int failuresBefore) {
    int failures = attempt(duty) == Attempt.DONE ? 0 : failuresBefore + 1;
    Duration pause = failures == 0 ? NodeLease.PERIOD : BACKOFF.after(failures);
    later.run(pause, () -> repeat(duty, failures));
  }

  private enum Attempt {
    DONE,
    FAILED
  }

  private Attempt attempt(PresenceObject duty) {
    try {
      switch (duty) {
        case CONNTRACKNODE -> registration.refresh();
        case LEASE -> lease.renew();
      }
      return Attempt.DONE;
    } catch (RuntimeException error) {
      // Top of the loop: whatever it was, the next renewal must come.
      tally.count(duty);
      LOG.atWarn()
          .addKeyValue(KubeLogKeys.OBJECT, duty)
          .addKeyValue(KubeLogKeys.WHY, RootCause.of(error))
          .log("node presence not written, trying again");
      return Attempt.FAILED;
    }
  }
}
