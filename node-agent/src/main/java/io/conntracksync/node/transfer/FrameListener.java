package io.conntracksync.node.transfer;

import java.io.IOException;

/** Takes connections; one thread accepts, any thread may close. */
public interface FrameListener extends AutoCloseable {
  /**
   * The next to connect, of whom nothing has been read yet; throws {@link IOException} once the
   * listener is closed.
   */
  Visitor accept() throws IOException;

  /** Stops listening and wakes a waiting {@link #accept}; accepted connections stay open. */
  @Override
  void close();
}
