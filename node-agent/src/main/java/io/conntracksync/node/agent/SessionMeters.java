package io.conntracksync.node.agent;

import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetProgress.HookAnswer;
import io.conntracksync.node.table.RefusalReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Counts what the sessions report. Progress carries sums per sync; counters get the difference to
 * what that sync reported last.
 */
final class SessionMeters {
  private final Counter sent;
  private final Counter bytes;
  private final Counter rounds;
  private final Counter received;
  private final Counter applied;
  private final Counter reasserted;
  private final Map<RefusalReason, Counter> refused = new EnumMap<>(RefusalReason.class);
  private final Map<HookAnswer.Outcome, Timer> hooks = new EnumMap<>(HookAnswer.Outcome.class);
  private final Map<String, SourceProgress> sources;
  private final Map<String, TargetProgress> targets;

  /** Remembers the last report of so many syncs in each role; the oldest is forgotten first. */
  SessionMeters(MeterRegistry meters, int remembered) {
    sent = counter(meters, "conntracksync.entries.sent", "Entries sent, over all rounds");
    bytes = counter(meters, "conntracksync.bytes.sent", "Bytes sent, framing included");
    rounds = counter(meters, "conntracksync.rounds", "Rounds sent and acknowledged");
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
          Counter.builder("conntracksync.entries.refused")
              .description("Entries received and not applied, by reason")
              .tag("reason", reason.text())
              .register(meters));
    }
    for (HookAnswer.Outcome outcome : HookAnswer.Outcome.values()) {
      hooks.put(
          outcome,
          Timer.builder("conntracksync.hook.waited")
              .description("How long libvirt hooks waited, by what they were answered")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
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
  }

  synchronized void progressed(SyncOrder order, TargetProgress now) {
    TargetProgress before = targets.put(order.uid(), now);
    grow(received, before == null ? 0 : before.entriesReceived(), now.entriesReceived());
    grow(reasserted, before == null ? 0 : before.reasserted(), now.reasserted());
    // A level, not a sum: it falls when a sync takes its entries out again.
    long appliedBefore = before == null ? 0 : before.entriesApplied();
    applied.increment((double) Math.max(0, now.entriesApplied() - appliedBefore));
    now.refused()
        .forEach(
            (reason, count) ->
                grow(
                    Objects.requireNonNull(refused.get(reason)),
                    before == null ? 0 : before.refused().getOrDefault(reason, 0L),
                    count));
    if (now.hook().isPresent() && (before == null || !now.hook().equals(before.hook()))) {
      HookAnswer answer = now.hook().get();
      Objects.requireNonNull(hooks.get(answer.outcome())).record(answer.waited());
    }
  }

  /** A sum that went back (a session began anew) counts from zero. */
  private static void grow(Counter counter, long before, long now) {
    counter.increment((double) (now >= before ? now - before : now));
  }

  private static Counter counter(MeterRegistry meters, String name, String description) {
    return Counter.builder(name).description(description).register(meters);
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
