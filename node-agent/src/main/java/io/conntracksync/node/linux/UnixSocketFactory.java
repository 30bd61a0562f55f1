package io.conntracksync.node.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import javax.net.SocketFactory;
import jnr.unixsocket.UnixSocket;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

/**
 * Sockets for clients that know only {@link Socket}: each connects to one unix stream socket,
 * whatever address it is told. Safe for several threads.
 *
 * <p>Connecting never waits: it throws {@link SystemCallException}, with {@code ENOENT} where there
 * is no socket, {@code ECONNREFUSED} where nobody listens, {@code EAGAIN} where so many connections
 * wait that the kernel takes no more. Timeouts of the socket are not to be relied on (jnr answers 0
 * where others throw); whoever wants to end a read closes the socket, from any thread.
 */
public final class UnixSocketFactory extends SocketFactory {
  private final Path path;

  /** Connects to the socket at this path, which need not be there yet. */
  public UnixSocketFactory(Path path) {
    this.path = path;
  }

  @Override
  public Socket createSocket() throws IOException {
    return new PathSocket(UnixSocketChannel.open(), path);
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw onlyUnconnected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw onlyUnconnected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw onlyUnconnected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    throw onlyUnconnected();
  }

  private static UnsupportedOperationException onlyUnconnected() {
    return new UnsupportedOperationException("only sockets that are not connected yet are made");
  }

  /** Connects to its path. The thread that made it also reads from it. */
  private static final class PathSocket extends UnixSocket {
    private final UnixSocketChannel channel;
    private final Path path;
    private final Thread reader = Thread.currentThread();

    PathSocket(UnixSocketChannel channel, Path path) {
      super(channel);
      this.channel = channel;
      this.path = path;
    }

    @Override
    public void connect(SocketAddress ignored, int timeoutMillis) throws IOException {
      connect();
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
      connect();
    }

    /** A thread that waits in connect(2) is woken by nothing: so it does not wait. */
    private void connect() throws IOException {
      channel.configureBlocking(false);
      boolean connected;
      try {
        connected = channel.connect(new UnixSocketAddress(path.toFile()));
      } catch (IOException e) {
        throw new SystemCallException("connect", path.toString(), SystemCalls.errno());
      }
      if (!connected) {
        throw new SystemCallException("connect", path.toString(), Errno.EAGAIN.number());
      }
      channel.configureBlocking(true);
    }

    /**
     * Unix sockets have none of TCP's options; whoever sets one wants TCP's effect, which is ours.
     */
    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {}

    /**
     * Another thread's close only ends both directions, which wakes the reader; that closes for
     * good. Else the descriptor's number could be another connection's while it is still read from.
     */
    @Override
    public synchronized void close() throws IOException {
      if (Thread.currentThread().equals(reader)) {
        super.close();
      } else if (channel.isOpen()) {
        hangUp();
      }
    }

    private void hangUp() {
      try {
        channel.shutdownInput();
        channel.shutdownOutput();
      } catch (IOException e) {
        // ENOTCONN: there is nobody to be woken.
        return;
      }
    }
  }
}
