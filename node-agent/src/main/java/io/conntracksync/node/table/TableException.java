package io.conntracksync.node.table;

import java.io.IOException;

/** The table cannot be read or written; the message says which call failed and what to do. */
public class TableException extends IOException {
  private static final long serialVersionUID = 1L;

  private final TableFault fault;

  public TableException(String message) {
    this(TableFault.TABLE_FAILED, message);
  }

  public TableException(String message, Throwable cause) {
    this(TableFault.TABLE_FAILED, message, cause);
  }

  public TableException(TableFault fault, String message) {
    super(message);
    this.fault = fault;
  }

  public TableException(TableFault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  /** What is wrong, in one word. */
  public TableFault fault() {
    return fault;
  }
}
