package io.conntracksync.node.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/** A TCP connection between two agents, whatever is spoken on it. Any thread may end it. */
final class TcpConnection implements AutoCloseable {
  // A peer whose node is gone sends no end: the kernel asks after it, tcp(7).
  private static final int KEEP_ALIVE_IDLE_SECONDS = 5;
  private static final int KEEP_ALIVE_PROBES = 3;

  private static final Duration DRAIN = Duration.ofMillis(200);
  private static final int DRAIN_BYTES = 4 << 20;

  private final Socket socket;
  private final String peer;

  /** Of a connected socket. */
  TcpConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.peer = text((InetSocketAddress) socket.getRemoteSocketAddress());
    // Barriers and acks are small and wanted at once.
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_SECONDS);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_IDLE_SECONDS);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_PROBES);
  }

  static TcpConnection open(InetSocketAddress remote, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(remote, Math.toIntExact(Math.max(1, timeout.toMillis())));
      return new TcpConnection(socket);
    } catch (IOException e) {
      close(socket);
      throw new IOException("connect " + text(remote) + " failed: " + e.getMessage(), e);
    }
  }

  static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  Socket socket() {
    return socket;
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  String peer() {
    return peer;
  }

  /** How long a read may wait for a byte; zero is forever. */
  void waitAtMost(Duration patience) throws IOException {
    socket.setSoTimeout(patience.isZero() ? 0 : Math.toIntExact(Math.max(1, patience.toMillis())));
  }

  /**
   * Lets what was written arrive, and ends. What the peer has still on its way is read and dropped
   * for a moment: closing over unread bytes would reset the connection, and the peer would lose our
   * last word.
   */
  void end() {
    try {
      socket.shutdownOutput();
      drain();
    } catch (IOException e) {
      // The peer does not listen; closing says enough.
      close();
      return;
    }
    close();
  }

  private void drain() throws IOException {
    long deadline = System.nanoTime() + DRAIN.toNanos();
    byte[] dropped = new byte[4096];
    int left = DRAIN_BYTES;
    long millis = DRAIN.toMillis();
    while (left > 0 && millis > 0) {
      socket.setSoTimeout(Math.toIntExact(millis));
      int read = socket.getInputStream().read(dropped);
      if (read < 0) {
        return;
      }
      left -= read;
      millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }

  /** At once, also under a read or a write that blocks. */
  @Override
  public void close() {
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The descriptor is gone either way.
      return;
    }
  }
}
