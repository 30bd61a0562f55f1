package io.conntracksync.node.transfer;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import jdk.net.ExtendedSocketOptions;

/**
 * Frames over plain TCP: nothing is encrypted and nobody proves who it is. TLS 1.3 with the keys of
 * the two ConntrackNodes takes its place behind {@link Transport}.
 */
public final class PlainTransport implements Transport {
  // Few peers ever connect: the other agent, once or again after its restart.
  private static final int BACKLOG = 16;

  // A peer whose node is gone sends no end: the kernel asks after it, tcp(7).
  private static final int KEEP_ALIVE_IDLE_SECONDS = 5;
  private static final int KEEP_ALIVE_PROBES = 3;

  private final ScheduledExecutorService watchdog;
  private final Duration framePatience;

  /**
   * @param watchdog ends writes that take too long; its tasks only close sockets
   * @param framePatience how long one frame may take from its first byte to its last
   */
  public PlainTransport(ScheduledExecutorService watchdog, Duration framePatience) {
    this.watchdog = watchdog;
    this.framePatience = framePatience;
  }

  @Override
  public FrameListener listen(InetSocketAddress local) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(local, BACKLOG);
      return new Listener(socket);
    } catch (BindException e) {
      close(socket);
      if (String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("in use")) {
        throw new PortInUseException(
            "bind " + text(local) + " failed: EADDRINUSE, another process listens there", e);
      }
      throw new IOException("bind " + text(local) + " failed: " + e.getMessage(), e);
    } catch (IOException e) {
      close(socket);
      throw new IOException("listen on " + text(local) + " failed: " + e.getMessage(), e);
    }
  }

  @Override
  public FrameChannel connect(InetSocketAddress remote, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(remote, Math.toIntExact(Math.max(1, timeout.toMillis())));
      return channel(socket);
    } catch (IOException e) {
      close(socket);
      throw new IOException("connect " + text(remote) + " failed: " + e.getMessage(), e);
    }
  }

  private FrameChannel channel(Socket socket) throws IOException {
    // Barriers and acks are small and wanted at once.
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_SECONDS);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_IDLE_SECONDS);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_PROBES);
    return new SocketFrameChannel(socket, watchdog, framePatience);
  }

  static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It never carried anything.
      return;
    }
  }

  private final class Listener implements FrameListener {
    private final ServerSocket socket;

    Listener(ServerSocket socket) {
      this.socket = socket;
    }

    @Override
    public FrameChannel accept() throws IOException {
      while (true) {
        Socket accepted = socket.accept();
        try {
          return channel(accepted);
        } catch (IOException e) {
          // This peer is gone already; the next one may not be.
          PlainTransport.close(accepted);
        }
      }
    }

    @Override
    public void close() {
      PlainTransport.close(socket);
    }
  }
}
