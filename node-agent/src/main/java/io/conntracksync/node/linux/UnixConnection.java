package io.conntracksync.node.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import jnr.unixsocket.Credentials;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;

/**
 * One accepted unix stream connection. One thread reads and closes; any thread may write or hang
 * up.
 */
public final class UnixConnection implements AutoCloseable {
  private final UnixSocketChannel channel;
  private final Object lock = new Object();

  UnixConnection(UnixSocketChannel channel) {
    this.channel = channel;
  }

  /** Who connected; throws {@link IOException} when the connection is closed. */
  public PeerCredentials peer() throws IOException {
    Credentials peer = channel.getOption(UnixSocketOptions.SO_PEERCRED);
    return new PeerCredentials(peer.getPid(), peer.getUid(), peer.getGid());
  }

  /** Reads what is there, waiting for at least one byte; -1 at the end or after a hang-up. */
  public int read(ByteBuffer into) throws IOException {
    int read = channel.read(into);
    // jnr-unixsocket says 0 where others throw; nobody asks with a full buffer.
    return read == 0 ? -1 : read;
  }

  /** Writes all of it; throws {@link IOException} when the peer or we have closed. */
  public void write(ByteBuffer from) throws IOException {
    synchronized (lock) {
      if (!channel.isOpen()) {
        throw new ClosedChannelException();
      }
      while (from.hasRemaining()) {
        channel.write(from);
      }
    }
  }

  /**
   * Ends both directions and so wakes a reading thread, which then closes. What was written before
   * still reaches the peer. Not the descriptor is closed, because its number could be another
   * connection's by the time that the reader uses it.
   */
  public void hangUp() {
    synchronized (lock) {
      if (!channel.isOpen()) {
        return;
      }
      try {
        channel.shutdownInput();
        channel.shutdownOutput();
      } catch (IOException e) {
        // ENOTCONN: the peer was faster, which is what we wanted.
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (lock) {
      channel.close();
    }
  }
}
