package io.conntracksync.node.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** Frames without TLS, to measure what TLS costs. No agent speaks like this. */
public final class PlainTransport implements Transport {
  private final ScheduledExecutorService watchdog;
  private final Duration patience;

  public PlainTransport(ScheduledExecutorService watchdog, Duration patience) {
    this.watchdog = watchdog;
    this.patience = patience;
  }

  @Override
  public FrameListener listen(InetSocketAddress local, String peer) throws IOException {
    TcpListener listener = TcpListener.open(local);
    return new FrameListener() {
      @Override
      public Visitor accept() throws IOException {
        return visitor(listener.accept());
      }

      @Override
      public void close() {
        listener.close();
      }
    };
  }

  @Override
  public FrameChannel connect(InetSocketAddress remote, String peer, Duration timeout)
      throws IOException {
    return channel(TcpConnection.open(remote, timeout));
  }

  private FrameChannel channel(TcpConnection connection) throws IOException {
    return new SocketFrameChannel(
        connection, connection.in(), connection.out(), watchdog, patience);
  }

  private Visitor visitor(TcpConnection connection) {
    return new Visitor() {
      @Override
      public FrameChannel identify() throws IOException {
        return channel(connection);
      }

      @Override
      public String peer() {
        return connection.peer();
      }

      @Override
      public void close() {
        connection.close();
      }
    };
  }
}
