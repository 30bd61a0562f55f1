package io.conntracksync.node.gatekeeping;

import java.time.Duration;
import java.util.Optional;

/** What may be asked at a socket, and what is answered. Safe for use by several threads. */
interface Questions {
  /**
   * Takes a question, without its line feed, to whoever knows; empty when it asks nothing that is
   * known. The answer is a line with its line feed.
   */
  Optional<Pending<byte[]>> ask(byte[] line);

  /** The longest wait that a peer lets itself be asked for. */
  Duration longestHold();
}
