package io.conntracksync.node.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How frames travel between two agents. Nobody but the agent of the named node is spoken to. Safe
 * for use by several threads.
 */
public interface Transport {
  /**
   * Listens at an address of this node for the agent of {@code peer}, a node's name. Throws {@link
   * PortInUseException} when another process has the port, {@link IOException} when it cannot
   * listen for another reason.
   */
  FrameListener listen(InetSocketAddress local, String peer) throws IOException;

  /**
   * Connects to the agent of {@code peer}, a node's name; {@code timeout} is for the connection,
   * not for what is said on it before it is usable. Throws {@link TransferException} when somebody
   * else is there, another {@link IOException} when nobody is. That this side accepts the peer does
   * not mean that the peer accepts this side: only its first message does.
   */
  FrameChannel connect(InetSocketAddress remote, String peer, Duration timeout) throws IOException;
}
