package io.conntracksync.node.session;

import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.ExportRule;
import io.conntracksync.node.table.RefusalReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps back what the target could not use, and counts it by reason: an entry once for as long as
 * it is there. Holds the keys of those alone. Not safe for several threads.
 */
final class ExportFilter {
  private final ExportRule rule;
  private final Set<EntryKey> keptBack = new HashSet<>();
  private final Map<RefusalReason, Long> everKeptBack = new EnumMap<>(RefusalReason.class);
  private Map<RefusalReason, Long> passedOver = Map.of();

  ExportFilter(ExportRule rule) {
    this.rule = rule;
  }

  /**
   * What of it the peer may be told. An entry that is kept back counts as gone: the peer may have
   * an earlier one of that key, which is there no more.
   */
  Delta admitted(Delta observed) {
    keptBack.removeAll(observed.removed());
    List<Entry> admitted = admitted(observed.upserts());
    if (admitted.size() == observed.upserts().size()) {
      return observed;
    }
    Set<EntryKey> removed = new HashSet<>(observed.removed());
    observed.upserts().forEach(entry -> removed.add(entry.key()));
    admitted.forEach(entry -> removed.remove(entry.key()));
    return new Delta(admitted, removed);
  }

  /** A new snapshot is about to come. */
  Pass snapshot() {
    return new Pass();
  }

  /**
   * How many entries were not sent, by reason: those that were kept back since the beginning, and
   * what the table passed over in the last snapshot.
   */
  Map<RefusalReason, Long> refused() {
    Map<RefusalReason, Long> sum = new EnumMap<>(RefusalReason.class);
    sum.putAll(everKeptBack);
    passedOver.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
    return Map.copyOf(sum);
  }

  private List<Entry> admitted(List<Entry> entries) {
    List<Entry> admitted = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      Optional<RefusalReason> refusal = rule.refusal(entry);
      if (refusal.isEmpty()) {
        keptBack.remove(entry.key());
        admitted.add(entry);
      } else if (keptBack.add(entry.key())) {
        everKeptBack.merge(refusal.get(), 1L, Long::sum);
      }
    }
    return admitted;
  }

  /** A snapshot, chunk by chunk. */
  final class Pass {
    private final Set<EntryKey> unseen = new HashSet<>(keptBack);
    private final Map<RefusalReason, Long> passed = new EnumMap<>(RefusalReason.class);

    private Pass() {}

    /** What of this chunk the peer may be told. */
    List<Entry> take(List<Entry> chunk) {
      chunk.forEach(entry -> unseen.remove(entry.key()));
      return admitted(chunk);
    }

    void passedOver(RefusalReason reason, int count) {
      passed.merge(reason, (long) count, Long::sum);
    }

    /** After the last chunk. */
    void finish() {
      keptBack.removeAll(unseen);
      passedOver = Map.copyOf(passed);
    }
  }
}
