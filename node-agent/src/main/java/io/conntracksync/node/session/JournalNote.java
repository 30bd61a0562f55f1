package io.conntracksync.node.session;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.Former;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * One line of a sync's journal. Read from the first to the last they say what a rollback has to do,
 * also when the last ones were never written. Times are the node's wall clock, for a later process
 * reads them.
 */
public sealed interface JournalNote {
  /** Entries of the VM that the table held before anything was applied. */
  record Before(List<EntryKey> keys) implements JournalNote {
    public Before {
      keys = List.copyOf(keys);
    }
  }

  /** There were no others than those told by {@link Before}. */
  record BeforeComplete() implements JournalNote {}

  /** These are about to be applied; none has been if nothing else is said. */
  record Intent(Instant at, List<Entry> entries) implements JournalNote {
    public Intent {
      entries = List.copyOf(entries);
    }
  }

  /** This entry stands in the table and is about to be changed or taken out. */
  record Changing(Instant at, Former former) implements JournalNote {}

  /** What became of the last {@link Intent}; entries that are in neither were refused. */
  record Settled(Collection<EntryKey> created, Collection<EntryKey> updated)
      implements JournalNote {
    public Settled {
      created = List.copyOf(created);
      updated = List.copyOf(updated);
    }
  }

  /** These were taken out again. */
  record Removed(List<EntryKey> keys) implements JournalNote {
    public Removed {
      keys = List.copyOf(keys);
    }
  }
}
