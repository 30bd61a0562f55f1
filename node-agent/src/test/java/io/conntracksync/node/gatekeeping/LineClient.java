package io.conntracksync.node.gatekeeping;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The other side of a socket, as hook or gate would be. */
public final class LineClient implements AutoCloseable {
  private final SocketChannel channel;
  private final BufferedReader reader;

  public LineClient(Path path) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(path));
    reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  public LineClient say(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    return this;
  }

  /** The next line, or null when the agent has closed. */
  public String hear() {
    try {
      return reader.readLine();
    } catch (IOException e) {
      // ECONNRESET: closed over something that we said too much.
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
