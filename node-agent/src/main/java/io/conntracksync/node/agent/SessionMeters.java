package io.conntracksync.node.agent;

import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.PauseAnnouncer;
import io.conntracksync.node.session.PauseOutcome;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SourceProgress.Switchover;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetProgress.HookAnswer;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Counts what the sessions report. Progress carries sums per sync; counters get the difference to
 * what that sync reported last.
 */
final class SessionMeters {
  private final Counter sent;
  private final Counter bytes;
  private final Counter rounds;
  private final Counter overruns;
  private final Timer deltaLag;
  private final Map<String, Timer> switchovers = new HashMap<>();
  private final Counter received;
  private final Counter applied;
  private final Counter reasserted;
  private final Map<RefusalReason, Counter> refused = new EnumMap<>(RefusalReason.class);
  private final Map<RefusalReason, Counter> refusedAtSource = new EnumMap<>(RefusalReason.class);
  private final Map<HookAnswer.Outcome, Timer> hooks = new EnumMap<>(HookAnswer.Outcome.class);
  private final Map<String, Counter> sourceFaults = new HashMap<>();
  private final Map<String, Counter> targetFaults = new HashMap<>();
  private final Map<String, SourceProgress> sources;
  private final Map<String, TargetProgress> targets;

  /** Remembers the last report of so many syncs in each role; the oldest is forgotten first. */
  SessionMeters(MeterRegistry meters, int remembered) {
    sent = counter(meters, "conntracksync.entries.sent", "Entries sent, over all rounds");
    bytes = counter(meters, "conntracksync.bytes.sent", "Bytes sent, framing included");
    rounds = counter(meters, "conntracksync.rounds", "Rounds sent and acknowledged");
    overruns =
        counter(
            meters,
            "conntracksync.overruns",
            "Times that changes came faster than they were read, and the table was compared");
    deltaLag =
        Timer.builder("conntracksync.delta.lag")
            .description("From the reading of a change to the target's word on it, samples")
            .register(meters);
    for (PauseAnnouncer announcer : PauseAnnouncer.values()) {
      for (PauseOutcome outcome : List.of(PauseOutcome.DRAINED, PauseOutcome.DEADLINE_EXCEEDED)) {
        switchovers.put(
            label(announcer) + label(outcome),
            Timer.builder("conntracksync.switchover.waited")
                .description("From the announcement of a pause to its outcome")
                .tag("announcer", label(announcer))
                .tag("outcome", label(outcome))
                .register(meters));
      }
    }
    applied =
        counter(meters, "conntracksync.entries.applied", "Entries put into this node's table");
    reasserted =
        counter(
            meters,
            "conntracksync.entries.reasserted",
            "Entries put back because something had flushed them");
    received = counter(meters, "conntracksync.entries.received", "Entries received");
    for (RefusalReason reason : RefusalReason.values()) {
      refused.put(
          reason,
          counter(
              meters,
              "conntracksync.entries.refused",
              "Entries received and not applied as they were, by reason",
              reason));
      refusedAtSource.put(
          reason,
          counter(
              meters,
              "conntracksync.entries.refused.at.source",
              "Entries of this node not sent, by reason",
              reason));
    }
    for (TableFault fault : TableFault.values()) {
      sourceFaults.put(fault.text(), counter(meters, "source", fault));
      targetFaults.put(fault.text(), counter(meters, "target", fault));
    }
    for (HookAnswer.Outcome outcome : HookAnswer.Outcome.values()) {
      hooks.put(
          outcome,
          Timer.builder("conntracksync.hook.waited")
              .description("How long libvirt hooks waited, by what they were answered")
              .tag("outcome", label(outcome))
              .register(meters));
    }
    sources = new Bounded<>(remembered);
    targets = new Bounded<>(remembered);
  }

  synchronized void progressed(SyncOrder order, SourceProgress now) {
    SourceProgress before = sources.put(order.uid(), now);
    grow(sent, before == null ? 0 : before.entriesSent(), now.entriesSent());
    grow(bytes, before == null ? 0 : before.bytesSent(), now.bytesSent());
    grow(rounds, before == null ? 0 : before.rounds(), now.rounds());
    grow(overruns, before == null ? 0 : before.overruns(), now.overruns());
    if (now.deltaLag().isPresent()
        && (before == null || !now.deltaLag().equals(before.deltaLag()))) {
      deltaLag.record(now.deltaLag().get());
    }
    if (now.switchover().isPresent()
        && (before == null || !now.switchover().equals(before.switchover()))) {
      Switchover switchover = now.switchover().get();
      Objects.requireNonNull(
              switchovers.get(label(switchover.announcer()) + label(switchover.outcome())))
          .record(switchover.waited());
    }
    fail(
        sourceFaults,
        before == null ? Optional.empty() : Optional.of(before.exported()),
        now.exported());
    grow(refusedAtSource, before == null ? Map.of() : before.refused(), now.refused());
  }

  synchronized void progressed(SyncOrder order, TargetProgress now) {
    TargetProgress before = targets.put(order.uid(), now);
    grow(received, before == null ? 0 : before.entriesReceived(), now.entriesReceived());
    grow(reasserted, before == null ? 0 : before.reasserted(), now.reasserted());
    // A level, not a sum: it falls when a sync takes its entries out again.
    long appliedBefore = before == null ? 0 : before.entriesApplied();
    applied.increment((double) Math.max(0, now.entriesApplied() - appliedBefore));
    fail(
        targetFaults,
        before == null ? Optional.empty() : Optional.of(before.imported()),
        now.imported());
    grow(refused, before == null ? Map.of() : before.refused(), now.refused());
    if (now.hook().isPresent() && (before == null || !now.hook().equals(before.hook()))) {
      HookAnswer answer = now.hook().get();
      Objects.requireNonNull(hooks.get(answer.outcome())).record(answer.waited());
    }
  }

  /** Between two failures alike, the next attempt is told. */
  private static void fail(Map<String, Counter> faults, Optional<Finding> before, Finding now) {
    Counter counter = faults.get(now.reason());
    if (counter != null && !before.equals(Optional.of(now))) {
      counter.increment();
    }
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void grow(
      Map<RefusalReason, Counter> counters,
      Map<RefusalReason, Long> before,
      Map<RefusalReason, Long> now) {
    now.forEach(
        (reason, count) ->
            grow(
                Objects.requireNonNull(counters.get(reason)),
                before.getOrDefault(reason, 0L),
                count));
  }

  /** A sum that went back (a session began anew) counts from zero. */
  private static void grow(Counter counter, long before, long now) {
    counter.increment((double) (now >= before ? now - before : now));
  }

  private static Counter counter(MeterRegistry meters, String name, String description) {
    return Counter.builder(name).description(description).register(meters);
  }

  private static Counter counter(
      MeterRegistry meters, String name, String description, RefusalReason reason) {
    return Counter.builder(name)
        .description(description)
        .tag("reason", reason.text())
        .register(meters);
  }

  private static Counter counter(MeterRegistry meters, String role, TableFault fault) {
    return Counter.builder("conntracksync.table.faults")
        .description(
            "Times that a sync could not read or write this node's table, by what was wrong")
        .tag("role", role)
        .tag("reason", fault.text())
        .register(meters);
  }

  /** Keeps the newest; bounded, because nobody says when a sync is heard of for the last time. */
  private static final class Bounded<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1L;

    private final int most;

    Bounded(int most) {
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > most;
    }
  }
}
