package io.conntracksync.node.session;

import java.io.IOException;

/** Another process has the assigned port. */
public final class PortTakenException extends IOException {
  private static final long serialVersionUID = 1L;

  public PortTakenException(String message, Throwable cause) {
    super(message, cause);
  }
}
