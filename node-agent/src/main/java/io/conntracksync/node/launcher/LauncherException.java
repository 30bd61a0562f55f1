package io.conntracksync.node.launcher;

import java.io.IOException;

/** A launcher is there, but cannot or must not be used; the message says why and what to do. */
public final class LauncherException extends IOException {
  private static final long serialVersionUID = 1L;

  LauncherException(String message) {
    super(message);
  }

  LauncherException(String message, Throwable cause) {
    super(message, cause);
  }
}
