package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.FormerSink;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts flows into the kernel's table: all at once in batches, then one by one what the kernel would
 * not have at first. Nothing that a single entry meets ends the import.
 */
final class FlowImport {
  private static final Logger LOG = LoggerFactory.getLogger(FlowImport.class);

  /**
   * How often one entry is tried again. Each of its two tuples may be taken by another entry, its
   * master and its helper may be missing, and the kernel may ask to try again.
   */
  private static final int ATTEMPTS = 6;

  private final EntryRequests requests;
  private final Admission admission;
  private final FormerSink formers;
  private final Occupied occupied;
  private final Tally tally = new Tally();
  private final Map<Integer, Integer> unexpected = new HashMap<>();

  /** What to do where the tuple of an entry is taken. */
  private enum Occupied {
    /** What the wanted entry needs. */
    SETTLE,
    /** Nothing: what is there is newer. */
    LEAVE
  }

  FlowImport(EntryRequests requests, Admission admission, FormerSink formers) {
    this(requests, admission, formers, Occupied.SETTLE);
  }

  private FlowImport(
      EntryRequests requests, Admission admission, FormerSink formers, Occupied occupied) {
    this.requests = requests;
    this.admission = admission;
    this.formers = formers;
    this.occupied = occupied;
  }

  /** Only adds: entries that were admitted once, and were lost. */
  static FlowImport ofMissing(EntryRequests requests) {
    return new FlowImport(requests, ends -> Optional.empty(), FormerSink.NONE, Occupied.LEAVE);
  }

  Applied apply(Collection<Entry> entries) throws TableException {
    List<Candidate> plan = ImportPlan.make(entries, admission, tally);
    for (int from = 0; from < plan.size(); from += RequestBatch.MAX_REQUESTS) {
      int to = Math.min(plan.size(), from + RequestBatch.MAX_REQUESTS);
      createBatch(plan.subList(from, to));
    }
    unexpected.forEach(
        (errno, count) ->
            LOG.atWarn()
                .addKeyValue("errno", errno < 0 ? "none" : Errno.nameOf(errno))
                .addKeyValue("entries", count)
                .log("the kernel refused conntrack entries"));
    return tally.applied();
  }

  private void createBatch(List<Candidate> batch) throws TableException {
    Answers answers = requests.create(batch);
    for (int i = 0; i < batch.size(); i++) {
      settle(batch.get(i), answers.errno(i));
    }
  }

  /** Follows one entry, whose creation was answered so, to its end. */
  private void settle(Candidate first, int firstAnswer) throws TableException {
    Candidate candidate = first;
    int answer = firstAnswer;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (answer == 0) {
        tally.created(candidate);
        return;
      }
      if (Errno.EEXIST.is(answer)) {
        if (occupied == Occupied.LEAVE || resolved(candidate)) {
          return;
        }
      } else {
        Optional<Candidate> easier = easier(candidate, answer);
        if (easier.isEmpty()) {
          refuse(answer);
          return;
        }
        candidate = easier.get();
      }
      answer = requests.create(List.of(candidate)).errno(0);
    }
    refuse(answer);
  }

  /** What to try next after this answer, if anything. */
  private static Optional<Candidate> easier(Candidate candidate, int answer) {
    Flow flow = candidate.flow();
    // A flow without its master or helper is better than none: it is established either way.
    if (Errno.ENOENT.is(answer) && flow.ties().master().isPresent()) {
      return Optional.of(candidate.with(flow.withTies(flow.ties().withoutMaster())));
    }
    if (Errno.EOPNOTSUPP.is(answer) && flow.ties().helper().isPresent()) {
      return Optional.of(candidate.with(flow.withTies(flow.ties().withoutHelper())));
    }
    // Unanswered: it may have been made nevertheless. Then it counts as updated the second time, so
    // that a rollback does not take out what perhaps was there before.
    boolean again = answer == Answers.UNANSWERED || Errno.EAGAIN.is(answer);
    return again ? Optional.of(candidate) : Optional.empty();
  }

  /** Deals with the entry that stands in the way; false if the creation is to be tried again. */
  private boolean resolved(Candidate candidate) throws TableException {
    Optional<Tracked> found = requests.inTheWayOf(candidate.flow());
    if (found.isEmpty()) {
      return false;
    }
    Flow existing = found.get().flow();
    return switch (TupleConflict.decide(candidate.flow(), existing, admission)) {
      case UPDATE -> updated(candidate, existing);
      case REPLACE -> {
        tell(existing, Former.Fate.REPLACED);
        // Whatever the answer, gone already or not: the next creation tells.
        var unused = requests.delete(List.of(found.get()));
        yield false;
      }
      case REFUSE -> {
        tally.refused(RefusalReason.TUPLE_TAKEN);
        yield true;
      }
    };
  }

  /** Before it is touched: whoever is killed in between must find it written down. */
  private void tell(Flow existing, Former.Fate fate) {
    formers.accept(new Former(FlowEncoder.encode(existing), fate));
  }

  private boolean updated(Candidate candidate, Flow existing) throws TableException {
    tell(existing, Former.Fate.UPDATED);
    int answer = requests.update(candidate.flow(), existing);
    if (Errno.ENOSPC.is(answer)) {
      // Nothing in this namespace uses labels. The labels are lost here, but not the entry.
      answer = requests.update(candidate.flow().withLabels(existing.labels()), existing);
    }
    if (Errno.ENOENT.is(answer)) {
      return false;
    }
    if (answer == 0) {
      tally.updated(candidate);
    } else {
      refuse(answer);
    }
    return true;
  }

  private void refuse(int answer) throws TableException {
    if (Errno.EPERM.is(answer)) {
      NetlinkChannel.requireSuccess(answer, "create");
    }
    if (Errno.EEXIST.is(answer)) {
      tally.refused(RefusalReason.TUPLE_TAKEN);
    } else if (Errno.ENOMEM.is(answer)) {
      tally.refused(RefusalReason.TABLE_FULL);
    } else {
      tally.refused(RefusalReason.KERNEL_REFUSED);
      unexpected.merge(answer, 1, Integer::sum);
    }
  }
}
