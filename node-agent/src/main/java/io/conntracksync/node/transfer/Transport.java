package io.conntracksync.node.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** How frames travel between two agents. Safe for use by several threads. */
public interface Transport {
  /**
   * Listens at an address of this node. Throws {@link PortInUseException} when another process has
   * the port, {@link IOException} when it cannot listen for another reason.
   */
  FrameListener listen(InetSocketAddress local) throws IOException;

  /** Connects within the time; throws {@link IOException} when nobody answers there. */
  FrameChannel connect(InetSocketAddress remote, Duration timeout) throws IOException;
}
