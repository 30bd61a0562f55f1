package io.conntracksync.node.transfer;

import java.io.IOException;
import java.util.Objects;

/** The peer does not behave, for a reason that is counted; the connection is of no further use. */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1L;

  private final TransferFault fault;

  public TransferException(TransferFault fault, String message) {
    super(message);
    this.fault = Objects.requireNonNull(fault, "fault");
  }

  public TransferFault fault() {
    return fault;
  }
}
