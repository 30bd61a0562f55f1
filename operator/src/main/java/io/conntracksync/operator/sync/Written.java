package io.conntracksync.operator.sync;

/** What became of a write. What may pass by itself is thrown instead, to be tried again. */
public enum Written {
  /** It is there. */
  DONE,
  /** The object has changed since it was read: nothing was written, read it again. */
  STALE,
  /** Somebody else owns a field of ours: nothing was written. A bug. */
  TRESPASS,
  /** There is no such object any more. */
  GONE
}
