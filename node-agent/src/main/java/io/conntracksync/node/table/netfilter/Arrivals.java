package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of entries that were made: whether all that belongs to them is there. The kernel
 * drops some of it without a word, and some was left out so that it would take the rest.
 */
final class Arrivals {
  private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

  private final EntryRequests requests;
  private final TranslationProbe translation;
  private final Tally tally;
  private final List<Flow> made = new ArrayList<>();

  Arrivals(EntryRequests requests, TranslationProbe translation, Tally tally) {
    this.requests = requests;
    this.translation = translation;
    this.tally = tally;
  }

  /** This flow was wanted, and made like that. */
  void add(Flow wanted, Flow like) {
    made.add(like);
    if (isLost(wanted.ties().helper(), like.ties().helper())) {
      tally.reduced(RefusalReason.HELPER_MISSING, 1);
    }
    if (isLost(wanted.ties().master(), like.ties().master())) {
      tally.reduced(RefusalReason.MASTER_MISSING, 1);
    }
  }

  /** After the last one. */
  void finish() {
    try {
      countLabelsLost();
    } catch (TableException e) {
      // The entries are there, and whoever made them must learn of it whatever this comes to.
      LOG.atDebug().addKeyValue("cause", e.getMessage()).log("labels of new entries not read");
    }
    for (Family family : Family.values()) {
      countUntranslated(family);
    }
  }

  private static boolean isLost(Optional<?> wanted, Optional<?> there) {
    return wanted.isPresent() && there.isEmpty();
  }

  /** A namespace keeps the labels of all entries or of none: one is asked for. */
  private void countLabelsLost() throws TableException {
    List<Flow> labelled = made.stream().filter(flow -> !flow.labels().equals(Labels.NONE)).toList();
    if (labelled.isEmpty()) {
      return;
    }
    List<Tracked> there = requests.get(List.of(labelled.get(0).id()));
    if (there.stream().anyMatch(entry -> entry.flow().labels().equals(Labels.NONE))) {
      tally.reduced(RefusalReason.LABELS_UNUSED, labelled.size());
    }
  }

  private void countUntranslated(Family family) {
    long translated =
        made.stream()
            .filter(flow -> flow.id().family() == family)
            .filter(flow -> flow.sourceIsTranslated() || flow.destinationIsTranslated())
            .count();
    if (translated > 0 && !translation.translates(family)) {
      tally.reduced(RefusalReason.NAT_CHAIN_MISSING, (int) translated);
    }
  }
}
