package io.conntracksync.node.linux;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

/**
 * A listening unix stream socket (unix(7)). One thread accepts; any thread may close. The file at
 * the path is made here and left to its owner to remove.
 */
public final class UnixListener implements AutoCloseable {
  /** The longest path: {@code sun_path} of {@code struct sockaddr_un} without its final zero. */
  public static final int MAX_PATH_BYTES = 107;

  private final UnixServerSocketChannel channel;
  private final Selector selector;

  private UnixListener(UnixServerSocketChannel channel, Selector selector) {
    this.channel = channel;
    this.selector = selector;
  }

  /** Binds and listens; throws {@link IOException} when the path is taken or too long. */
  public static UnixListener bind(Path path, int backlog) throws IOException {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw new IOException(
          "bind %s failed: the path has %d bytes, a unix socket takes %d; choose a shorter one"
              .formatted(path, length, MAX_PATH_BYTES));
    }
    UnixServerSocketChannel channel = UnixServerSocketChannel.open();
    try {
      channel.socket().bind(new UnixSocketAddress(path.toFile()), backlog);
      channel.configureBlocking(false);
      Selector selector = channel.provider().openSelector();
      channel.register(selector, SelectionKey.OP_ACCEPT);
      return new UnixListener(channel, selector);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e instanceof IOException io ? io : new IOException("bind " + path + " failed", e);
    }
  }

  /**
   * Waits for the next peer. Throws {@link ClosedChannelException} once the listener is closed,
   * another {@link IOException} when accepting fails.
   */
  public UnixConnection accept() throws IOException {
    // A thread in accept(2) is not woken by closing the descriptor; one in poll(2) has a wake-up.
    while (selector.isOpen() && channel.isOpen()) {
      selector.select();
      if (!selector.isOpen() || !channel.isOpen()) {
        break;
      }
      selector.selectedKeys().clear();
      UnixSocketChannel accepted = channel.accept();
      if (accepted != null) {
        return new UnixConnection(accepted);
      }
    }
    throw new ClosedChannelException();
  }

  /** Wakes a waiting {@link #accept} and stops listening. Accepted connections stay open. */
  @Override
  public void close() throws IOException {
    channel.close();
    selector.wakeup();
  }

  /** Frees what {@link #accept} waits with; by the accepting thread, after its last call. */
  public void release() throws IOException {
    selector.close();
  }
}
