package io.conntracksync.node.table;

import java.util.Objects;

/**
 * An entry that stood in a table before another was applied: as it was, and what was done to it. A
 * rollback gives it back, see {@link ConntrackTable#restore}.
 */
public record Former(Entry entry, Fate fate) {
  public Former {
    Objects.requireNonNull(entry, "entry");
    Objects.requireNonNull(fate, "fate");
  }

  public EntryKey key() {
    return entry.key();
  }

  /** What applying does to an entry that is there. */
  public enum Fate {
    /** It was brought up to date. */
    UPDATED,
    /** It stood in the way, under this key or another, and was taken out. */
    REPLACED
  }
}
