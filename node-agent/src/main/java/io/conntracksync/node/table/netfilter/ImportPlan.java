package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of the entries that a peer sent go to the kernel, and in which order: masters before what
 * they expected, then what would be missed most, so that a table that fills up takes the best.
 * Pure.
 */
final class ImportPlan {
  private ImportPlan() {}

  /**
   * Refuses what must not be applied, in the tally; of two entries of one flow the later counts.
   */
  static List<Candidate> make(Collection<Entry> entries, FlowAdmission admission, Tally tally) {
    Map<EntryKey, Candidate> byKey = new LinkedHashMap<>();
    for (Entry entry : entries) {
      try {
        Flow flow = FlowDecoder.decode(entry);
        Optional<RefusalReason> refusal = admission.refusal(flow);
        if (refusal.isPresent()) {
          tally.refused(refusal.get());
        } else {
          byKey.put(entry.key(), new Candidate(entry.key(), flow));
        }
      } catch (RefusedEntryException e) {
        tally.refused(e.reason());
      }
    }
    List<Candidate> plan = new ArrayList<>(byKey.values());
    // A stable sort: expected flows all have the last rank and keep the order in which they came.
    plan.sort(Comparator.comparing(candidate -> rank(candidate.flow())));
    return plan;
  }

  private enum Rank {
    ESTABLISHED_TCP,
    ASSURED,
    ANSWERED,
    UNANSWERED,
    EXPECTED
  }

  private static Rank rank(Flow flow) {
    if (flow.ties().master().isPresent()) {
      return Rank.EXPECTED;
    }
    if (flow.state() instanceof ProtocolState.Tcp tcp
        && tcp.state() == ProtocolState.Tcp.ESTABLISHED) {
      return Rank.ESTABLISHED_TCP;
    }
    if ((flow.status() & Status.ASSURED) != 0) {
      return Rank.ASSURED;
    }
    return (flow.status() & Status.SEEN_REPLY) != 0 ? Rank.ANSWERED : Rank.UNANSWERED;
  }
}
