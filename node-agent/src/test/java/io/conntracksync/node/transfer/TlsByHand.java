package io.conntracksync.node.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client that speaks TLS but is no agent of ours: it trusts anybody and says what it likes. */
final class TlsByHand {
  private final SSLContext context;

  /** With this key, or without one. */
  TlsByHand(Optional<AgentKey> key) {
    try {
      context = SSLContext.getInstance("TLS");
      context.init(
          key.map(AgentKey::keyManager).stream().toArray(KeyManager[]::new),
          new TrustManager[] {new Trusting()},
          null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Connected, its handshake not begun. */
  SSLSocket connect(InetSocketAddress address, String... protocols) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
    socket.setEnabledProtocols(protocols);
    return socket;
  }

  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      throw new UnsupportedOperationException("a client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      // Whoever it is.
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
