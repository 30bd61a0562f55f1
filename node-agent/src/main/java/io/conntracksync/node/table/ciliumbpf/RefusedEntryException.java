package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.RefusalReason;

/**
 * These bytes are no entry that can be carried, or not one for this node. Without a stack trace: it
 * answers input from outside, possibly a lot of it.
 */
final class RefusedEntryException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RefusalReason reason;

  RefusedEntryException(RefusalReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  static RefusedEntryException malformed(String message) {
    return new RefusedEntryException(RefusalReason.MALFORMED, message);
  }

  RefusalReason reason() {
    return reason;
  }
}
