package io.conntracksync.node.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;

/** Frames over TLS 1.3 between agents that know each other by their keys. */
public final class TlsTransport implements Transport {
  private final TlsHandshake handshake;

  /**
   * @param watchdog ends what takes too long; its tasks only close sockets
   */
  public TlsTransport(
      AgentKey key, PeerKeys peers, ScheduledExecutorService watchdog, Patience patience) {
    this.handshake = new TlsHandshake(key, peers, watchdog, patience);
  }

  /**
   * How long a peer may take.
   *
   * @param handshake from the connection to its proof of who it is
   * @param frame for one frame, from its first byte to its last
   */
  public record Patience(Duration handshake, Duration frame) {
    /** Five seconds, for the first handshake of a busy node takes its time; ten. */
    public static final Patience DEFAULTS =
        new Patience(Duration.ofSeconds(5), Duration.ofSeconds(10));

    public Patience {
      Objects.requireNonNull(handshake, "handshake");
      Objects.requireNonNull(frame, "frame");
    }
  }

  @Override
  public FrameListener listen(InetSocketAddress local, String peer) throws IOException {
    return new Listener(TcpListener.open(local), peer);
  }

  @Override
  public FrameChannel connect(InetSocketAddress remote, String peer, Duration timeout)
      throws IOException {
    return handshake.asClient(TcpConnection.open(remote, timeout), peer);
  }

  private final class Listener implements FrameListener {
    private final TcpListener listener;
    private final String node;

    Listener(TcpListener listener, String node) {
      this.listener = listener;
      this.node = node;
    }

    @Override
    public Visitor accept() throws IOException {
      return new Caller(listener.accept(), node);
    }

    @Override
    public void close() {
      listener.close();
    }
  }

  private final class Caller implements Visitor {
    private final TcpConnection connection;
    private final String node;

    Caller(TcpConnection connection, String node) {
      this.connection = connection;
      this.node = node;
    }

    @Override
    public FrameChannel identify() throws IOException {
      return handshake.asServer(connection, node);
    }

    @Override
    public String peer() {
      return connection.peer();
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
