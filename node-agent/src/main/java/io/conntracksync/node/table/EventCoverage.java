package io.conntracksync.node.table;

/** For which entries a table tells changes. */
public enum EventCoverage {
  /**
   * For all: it was set so before the table was opened. Entries from before it was set are silent
   * nevertheless, so this rests on a setting made at boot.
   */
  ALL,
  /**
   * Only for entries made since somebody listens. {@link Changes#call} finds out which those are;
   * about the others {@link Changes#look} must be asked: {@link SentEntries#silent} names them.
   */
  NEW_ENTRIES_ONLY,
  /** For none: take snapshots at an interval and compare. */
  NONE
}
