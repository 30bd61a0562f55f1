package io.conntracksync.node.kube;

/** What lies at the bottom of an error: the client's own message only names the request. */
final class RootCause {
  private static final int DEEPEST = 16;

  private RootCause() {}

  /** The innermost message, or the kind of error when it has none. */
  static String of(Throwable error) {
    Throwable innermost = error;
    for (int depth = 0; depth < DEEPEST && innermost.getCause() != null; depth++) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    return message == null ? innermost.getClass().getSimpleName() : message;
  }
}
