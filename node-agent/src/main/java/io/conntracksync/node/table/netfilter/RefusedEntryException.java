package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.RefusalReason;

/**
 * These bytes, or this combination of values, are no entry that can be carried. Without a stack
 * trace: it answers input from outside, possibly a lot of it.
 */
final class RefusedEntryException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RefusalReason reason;

  private RefusedEntryException(RefusalReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  static RefusedEntryException malformed(String message) {
    return new RefusedEntryException(RefusalReason.MALFORMED, message);
  }

  static RefusedEntryException unsupported(String message) {
    return new RefusedEntryException(RefusalReason.UNSUPPORTED, message);
  }

  RefusalReason reason() {
    return reason;
  }
}
