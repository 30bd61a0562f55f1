package io.conntracksync.node.backend;

/** What a look for the node's table came to. */
public sealed interface Found {
  /** It is open, and the caller's to close. */
  record Opened(NodeBackend backend) implements Found {}

  /**
   * It may be there soon.
   *
   * @param why what is missing, where, and what helps if it does not come by itself
   */
  record NotYet(String why) implements Found {}
}
