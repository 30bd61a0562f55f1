package io.conntracksync.node.journal;

import java.io.IOException;

/** Bytes of a journal that mean nothing; the message says what was found. */
final class CorruptJournalException extends IOException {
  private static final long serialVersionUID = 1L;

  CorruptJournalException(String message) {
    super(message);
  }

  CorruptJournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
