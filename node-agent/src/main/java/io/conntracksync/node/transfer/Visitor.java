package io.conntracksync.node.transfer;

import java.io.IOException;

/** Somebody who has connected and not shown yet who it is. One thread uses it, any may close. */
public interface Visitor extends AutoCloseable {
  /**
   * Lets it show who it is; blocks for a bounded time. Throws {@link TransferException} when it is
   * not the one that is expected, {@link java.io.EOFException} when it left without a word, another
   * {@link IOException} when the connection broke. The visitor is closed then, and has learnt
   * nothing but that it is not welcome.
   */
  FrameChannel identify() throws IOException;

  /** Its address and port, for logs. */
  String peer();

  /** Ends its connection, also after {@link #identify}. */
  @Override
  void close();
}
