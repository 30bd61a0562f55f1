package io.conntracksync.node.table.ciliumbpf;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Asks Cilium's agent for its health over its unix socket. HTTP/1.0, so that the answer is plain
 * and ends with the connection.
 */
final class AgentQuestion {
  private static final String REQUEST =
      "GET /v1/healthz HTTP/1.0\r\nHost: localhost\r\nbrief: false\r\n\r\n";
  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final int MOST_BYTES = 4 * 1024 * 1024;
  private static final int FIRST_BYTES = 16 * 1024;

  private AgentQuestion() {}

  /** The body of a good answer; throws when there is none within that time. */
  static String ask(Path socket, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      // A unix socket connects at once or not at all.
      var unused = channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      ByteBuffer request = ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII));
      while (request.hasRemaining()) {
        await(selector, end, socket);
        var unusedCount = channel.write(request);
      }
      var unusedKey = key.interestOps(SelectionKey.OP_READ);
      return body(readAll(channel, selector, end, socket), socket);
    }
  }

  private static String readAll(SocketChannel channel, Selector selector, long end, Path socket)
      throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(FIRST_BYTES);
    while (true) {
      await(selector, end, socket);
      if (channel.read(answer) < 0) {
        return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
      }
      if (!answer.hasRemaining()) {
        if (answer.capacity() >= MOST_BYTES) {
          throw new IOException("the answer at " + socket + " does not end");
        }
        answer = ByteBuffer.allocate(2 * answer.capacity()).put(answer.flip());
      }
    }
  }

  private static void await(Selector selector, long end, Path socket) throws IOException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0 || selector.select(left) == 0) {
      throw new IOException("no answer at " + socket + " in time");
    }
    selector.selectedKeys().clear();
  }

  private static String body(String answer, Path socket) throws IOException {
    int end = answer.indexOf(END_OF_HEAD);
    if (end < 0 || !answer.matches("(?s)HTTP/1\\.[01] 200 .*")) {
      throw new IOException(
          "the answer at " + socket + " begins \"" + answer.lines().findFirst().orElse("") + '"');
    }
    return answer.substring(end + END_OF_HEAD.length());
  }
}
