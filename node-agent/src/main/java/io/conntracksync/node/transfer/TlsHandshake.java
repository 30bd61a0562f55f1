package io.conntracksync.node.transfer;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * Makes a channel of a connection when the peer is the agent of the node that is expected; both
 * sides show their certificates. TLS 1.3 and nothing else, so its three cipher suites, all of them
 * good, are all there is.
 *
 * <p>Each connection has a context of its own. A resumed session would not be asked for its
 * certificate again, so a key that is no longer pinned would still be let in.
 */
final class TlsHandshake {
  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final AgentKey key;
  private final PeerKeys peers;
  private final ScheduledExecutorService watchdog;
  private final TlsTransport.Patience patience;

  TlsHandshake(
      AgentKey key,
      PeerKeys peers,
      ScheduledExecutorService watchdog,
      TlsTransport.Patience patience) {
    this.key = key;
    this.peers = peers;
    this.watchdog = watchdog;
    this.patience = patience;
  }

  /** For the side that has connected. On failure the connection is closed. */
  FrameChannel asClient(TcpConnection connection, String node) throws IOException {
    return within(
        connection,
        () -> {
          PinnedTrust trust = trustIn(node);
          Socket plain = connection.socket();
          SSLSocket secured =
              (SSLSocket)
                  sockets(trust)
                      .createSocket(
                          plain, plain.getInetAddress().getHostAddress(), plain.getPort(), false);
          secured.setUseClientMode(true);
          return shaken(connection, secured, trust, node, TransferFault.HANDSHAKE_FAILED);
        });
  }

  /** For the side that has accepted. On failure the connection is closed. */
  FrameChannel asServer(TcpConnection connection, String node) throws IOException {
    return within(
        connection,
        () -> {
          PinnedTrust trust = trustIn(node);
          ClientHello hello = ClientHello.read(connection.in());
          SSLSocket secured =
              (SSLSocket) sockets(trust).createSocket(connection.socket(), hello.again(), false);
          secured.setNeedClientAuth(true);
          return shaken(
              connection,
              secured,
              trust,
              node,
              hello.isOfOldTls() ? TransferFault.TLS_VERSION : TransferFault.HANDSHAKE_FAILED);
        });
  }

  private PinnedTrust trustIn(String node) throws TransferException {
    return new PinnedTrust(
        peers
            .of(node)
            .orElseThrow(
                () ->
                    new TransferException(
                        TransferFault.KEY_NOT_PUBLISHED,
                        "node %s has no certificateFingerprint in its ConntrackNode: has its agent"
                                .formatted(node)
                            + " been started, and is it of this version?")));
  }

  private SSLSocketFactory sockets(PinnedTrust trust) {
    try {
      SSLContext context = SSLContext.getInstance(PROTOCOLS[0]);
      context.init(new KeyManager[] {key.keyManager()}, new TrustManager[] {trust}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS 1.3: " + e.getMessage(), e);
    }
  }

  private FrameChannel shaken(
      TcpConnection connection,
      SSLSocket secured,
      PinnedTrust trust,
      String node,
      TransferFault otherwise)
      throws IOException {
    secured.setEnabledProtocols(PROTOCOLS);
    try {
      secured.startHandshake();
    } catch (IOException e) {
      throw trust
          .refused()
          .map(shown -> foreignKey(shown, node))
          .orElseGet(() -> new TransferException(otherwise, "no TLS 1.3: " + e.getMessage()));
    }
    return new SocketFrameChannel(
        connection,
        secured.getInputStream(),
        secured.getOutputStream(),
        watchdog,
        patience.frame());
  }

  private TransferException foreignKey(Fingerprint shown, String node) {
    return peers
        .ownerOf(shown)
        .map(
            owner ->
                new TransferException(
                    TransferFault.OTHER_NODES_KEY,
                    "the peer has the key of node %s, expected is node %s".formatted(owner, node)))
        .orElseGet(
            () ->
                new TransferException(
                    TransferFault.UNKNOWN_KEY,
                    "the peer's key %s is not what node %s has published".formatted(shown, node)));
  }

  private FrameChannel within(TcpConnection connection, Steps steps) throws IOException {
    Duration longest = patience.handshake();
    try (Watch watch = new Watch(watchdog, connection, longest)) {
      try {
        return steps.take();
      } catch (IOException e) {
        IOException why =
            watch.hasExpired()
                ? new TransferException(
                    TransferFault.HANDSHAKE_TIMEOUT,
                    "no TLS handshake within " + longest.toMillis() + " ms")
                : e;
        // TLS has told the peer what it tells in such a case; that is to arrive.
        connection.end();
        throw why;
      } catch (RuntimeException e) {
        connection.close();
        throw e;
      }
    }
  }

  /** What is done to get from a connection to a channel. */
  private interface Steps {
    FrameChannel take() throws IOException;
  }
}
