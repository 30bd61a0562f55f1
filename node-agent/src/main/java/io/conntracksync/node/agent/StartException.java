package io.conntracksync.node.agent;

/** The agent cannot start; the message is the one sentence for whoever started it. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
