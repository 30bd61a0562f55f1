package io.conntracksync.node.transfer;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;

/** A port on which agents are heard. One thread accepts, any may close. */
final class TcpListener implements AutoCloseable {
  // Few peers ever connect: the other agent, once or again after its restart.
  private static final int BACKLOG = 16;

  private final ServerSocket socket;

  private TcpListener(ServerSocket socket) {
    this.socket = socket;
  }

  static TcpListener open(InetSocketAddress local) throws IOException {
    String text = TcpConnection.text(local);
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(local, BACKLOG);
      return new TcpListener(socket);
    } catch (BindException e) {
      close(socket);
      if (String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("in use")) {
        throw new PortInUseException(
            "bind " + text + " failed: EADDRINUSE, another process listens there", e);
      }
      throw new IOException("bind " + text + " failed: " + e.getMessage(), e);
    } catch (IOException e) {
      close(socket);
      throw new IOException("listen on " + text + " failed: " + e.getMessage(), e);
    }
  }

  TcpConnection accept() throws IOException {
    while (true) {
      Socket accepted = socket.accept();
      try {
        return new TcpConnection(accepted);
      } catch (IOException e) {
        // This peer is gone already; the next one may not be.
        close(accepted);
      }
    }
  }

  @Override
  public void close() {
    close(socket);
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It never carried anything.
      return;
    }
  }
}
