package io.conntracksync.operator.migration;

import io.conntracksync.operator.events.Notice;
import io.conntracksync.operator.events.Subject;
import java.util.List;
import java.util.Objects;

/** What is to be done for a migration now. Equal plans need not be carried out twice. */
sealed interface Plan {
  /** What is to be said, and about whom. */
  List<Saying> sayings();

  /** A notice and its subject. */
  record Saying(Subject subject, Notice notice) {
    public Saying {
      Objects.requireNonNull(subject, "subject");
      Objects.requireNonNull(notice, "notice");
    }
  }

  /** Nothing to make: not handed over yet, over, or not wanted. */
  record Nothing(List<Saying> sayings) implements Plan {
    public Nothing {
      sayings = List.copyOf(sayings);
    }
  }

  /** A sync is to be made. */
  record Create(SyncDraft draft, List<Saying> sayings) implements Plan {
    public Create {
      Objects.requireNonNull(draft, "draft");
      sayings = List.copyOf(sayings);
    }
  }
}
