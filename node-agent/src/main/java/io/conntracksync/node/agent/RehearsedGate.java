package io.conntracksync.node.agent;

import io.conntracksync.node.gatekeeping.GateSockets;
import io.conntracksync.node.gatekeeping.SocketAccess;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SourceSessions;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/** The gate of a rehearsed sync: a real socket, in a folder of its own, and who asks at it. */
final class RehearsedGate implements AutoCloseable {
  private static final String NOBODY = "-";
  private static final int LONGEST_ANSWER = 512;

  private final Path folder;
  private final GateSockets sockets;
  private final Sessions sessions;

  private RehearsedGate(Path folder, GateSockets sockets, Sessions sessions) {
    this.folder = folder;
    this.sockets = sockets;
    this.sessions = sessions;
  }

  static RehearsedGate of(SourceSessions sessions, ScheduledExecutorService timer)
      throws IOException {
    Path folder = Files.createTempDirectory("conntracksync-rehearsal");
    Integer self = (Integer) Files.getAttribute(folder, "unix:uid");
    GateSockets sockets =
        new GateSockets(
            folder,
            new SocketAccess(Set.of(self), 1, Duration.ofSeconds(1)),
            new SessionGateDesk(sessions),
            fault -> {},
            timer);
    return new RehearsedGate(folder, sockets, new GatedSessions(sessions, sockets));
  }

  /** The sessions, each with its gate. */
  Sessions sessions() {
    return sessions;
  }

  /** Asks as libvirt's gate does, and returns when it may go on. */
  void pause(String domain) throws IOException {
    byte[] question = "pause %s %s\n".formatted(domain, NOBODY).getBytes(StandardCharsets.UTF_8);
    ByteBuffer answer = ByteBuffer.allocate(LONGEST_ANSWER);
    try (SocketChannel gate =
        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve(domain)))) {
      gate.write(ByteBuffer.wrap(question));
      while (gate.read(answer) > 0) {}
    }
    String said = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
    if (said.lines().noneMatch(line -> line.startsWith("ok "))) {
      throw new IOException("a rehearsed gate was answered: " + said);
    }
  }

  @Override
  public void close() throws IOException {
    sockets.close();
    Files.deleteIfExists(folder);
  }
}
