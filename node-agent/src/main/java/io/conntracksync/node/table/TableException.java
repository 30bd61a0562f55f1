package io.conntracksync.node.table;

import java.io.IOException;

/** The table cannot be read or written; the message says which call failed and what to do. */
public class TableException extends IOException {
  private static final long serialVersionUID = 1L;

  public TableException(String message) {
    super(message);
  }

  public TableException(String message, Throwable cause) {
    super(message, cause);
  }
}
