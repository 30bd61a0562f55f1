package io.conntracksync.node.table.ciliumbpf;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A fake: answers every question on a unix socket with the same bytes, and remembers the last. */
final class FakeCiliumAgent implements AutoCloseable {
  private final ServerSocketChannel server;
  private final String answer;
  private volatile String asked = "";

  private FakeCiliumAgent(ServerSocketChannel server, String answer) {
    this.server = server;
    this.answer = answer;
  }

  static FakeCiliumAgent at(Path socket, String answer) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    FakeCiliumAgent agent = new FakeCiliumAgent(server, answer);
    Thread thread = new Thread(agent::serve, "fake cilium agent");
    thread.setDaemon(true);
    thread.start();
    return agent;
  }

  static FakeCiliumAgent healthy(Path socket, String body) throws IOException {
    return at(socket, "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + body + "\n");
  }

  String asked() {
    return asked;
  }

  private void serve() {
    try {
      while (true) {
        try (SocketChannel peer = server.accept()) {
          ByteBuffer request = ByteBuffer.allocate(1024);
          int read = peer.read(request);
          asked = new String(request.array(), 0, Math.max(0, read), StandardCharsets.US_ASCII);
          var unused = peer.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
        }
      }
    } catch (IOException e) {
      // Closed.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
