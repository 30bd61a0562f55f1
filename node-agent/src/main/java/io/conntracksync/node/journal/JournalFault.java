package io.conntracksync.node.journal;

/** What can be wrong with a journal. The names are labels of a metric. */
public enum JournalFault {
  /** The folder or a file cannot be opened or read. */
  UNREADABLE,
  /** A file says something that no agent of this version has written. */
  CORRUPT,
  /** A file cannot be written, or not any further. */
  UNWRITABLE
}
