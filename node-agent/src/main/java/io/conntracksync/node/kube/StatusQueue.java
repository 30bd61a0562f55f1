package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one role has still to write: per sync the latest state only, and one write at a time. What
 * the API server has already is not written again. When it is away, the latest state is tried again
 * with growing pauses until it is taken, or replaced, or its sync is gone.
 */
public final class StatusQueue {
  private static final Logger LOG = LoggerFactory.getLogger(StatusQueue.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15));

  private final StatusWriter writer;
  private final Later later;
  private final Role role;
  private final ApiTally tally;
  private final Map<String, Slot> slots = new HashMap<>();

  StatusQueue(Role role, StatusWriter writer, Later later, ApiTally tally) {
    this.role = role;
    this.writer = writer;
    this.later = later;
    this.tally = tally;
  }

  /** Writes by server-side apply, on the executor's threads. */
  public static StatusQueue toApi(
      ApiConnection api, Role role, ScheduledExecutorService executor, ApiTally tally) {
    return new StatusQueue(
        role,
        new ApplyStatus(api.client(), role),
        (delay, work) -> {
          var unused = executor.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
        },
        tally);
  }

  /** One sync's state; guarded by the queue. */
  private static final class Slot {
    private final SyncKey sync;
    private ConntrackSyncStatus wanted;
    private ConntrackSyncStatus written;
    private int failures;
    private Activity activity = Activity.IDLE;

    Slot(SyncKey sync) {
      this.sync = sync;
    }
  }

  private enum Activity {
    IDLE,
    /** A write is under way, or waits for its turn. */
    BUSY
  }

  /** Replaces what was to be written for this sync. Returns at once. */
  synchronized void submit(SyncKey sync, ConntrackSyncStatus part) {
    Slot slot = slots.computeIfAbsent(sync.uid(), uid -> new Slot(sync));
    slot.wanted = part;
    if (slot.activity == Activity.IDLE && !part.equals(slot.written)) {
      schedule(slot, Duration.ZERO);
    }
  }

  /** Nothing is written for this uid any more, unless it is being written right now. */
  synchronized void forget(String uid) {
    slots.remove(uid);
  }

  /** Whether everything that can be written now is written. */
  public synchronized boolean isIdle() {
    return slots.values().stream().allMatch(slot -> slot.activity == Activity.IDLE);
  }

  private void schedule(Slot slot, Duration delay) {
    slot.activity = Activity.BUSY;
    later.run(delay, () -> write(slot));
  }

  private void write(Slot slot) {
    latest(slot).ifPresent(part -> SyncContext.during(slot.sync, () -> write(slot, part)));
  }

  private synchronized Optional<ConntrackSyncStatus> latest(Slot slot) {
    return slots.get(slot.sync.uid()) == slot ? Optional.of(slot.wanted) : Optional.empty();
  }

  private void write(Slot slot, ConntrackSyncStatus part) {
    WriteResult result = attempt(slot.sync, part);
    tally.count(role, result);
    finished(slot, part, result);
  }

  /** Top of the loop: a fault of ours must not leave the slot busy for ever. */
  private WriteResult attempt(SyncKey sync, ConntrackSyncStatus part) {
    try {
      return writer.write(sync, part);
    } catch (RuntimeException fault) {
      LOG.atError().setCause(fault).log("status write failed");
      return WriteResult.PASSING;
    }
  }

  private synchronized void finished(Slot slot, ConntrackSyncStatus part, WriteResult result) {
    slot.activity = Activity.IDLE;
    if (result == WriteResult.PASSING) {
      slot.failures++;
      schedule(slot, BACKOFF.after(slot.failures));
      return;
    }
    slot.failures = 0;
    // A refused state is not tried again; the next one may be taken.
    slot.written = part;
    if (!slot.wanted.equals(part)) {
      schedule(slot, Duration.ZERO);
    }
  }
}
