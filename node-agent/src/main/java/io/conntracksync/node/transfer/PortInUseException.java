package io.conntracksync.node.transfer;

import java.io.IOException;

/** Another process has the port that we were to listen on ({@code EADDRINUSE}). */
public final class PortInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  PortInUseException(String message, Throwable cause) {
    super(message, cause);
  }
}
