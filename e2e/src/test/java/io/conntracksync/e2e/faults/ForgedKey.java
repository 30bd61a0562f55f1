package io.conntracksync.e2e.faults;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.conntracksync.e2e.process.Command;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A key that is no agent's, made by the JDK's keytool; a test may publish it as a node's. */
final class ForgedKey {
  private static final String PASSWORD = "forged";
  private static final int PATIENCE_MILLIS = 20_000;

  private final KeyStore store;
  private final SSLContext context;

  private ForgedKey(KeyStore store) throws GeneralSecurityException {
    this.store = store;
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD.toCharArray());
    context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), new TrustManager[] {new Trusting()}, null);
  }

  static ForgedKey make(Path folder) throws IOException, GeneralSecurityException {
    Path file = folder.resolve("forged.p12");
    Command.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "forged",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=conntracksync",
            "-storepass",
            PASSWORD,
            "-keystore",
            file.toString())
        .run();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return new ForgedKey(store);
  }

  /** Says that this is the key of that node's agent; makes the node's object if there is none. */
  void publishAs(String node, KubernetesClient admin) throws GeneralSecurityException {
    ConntrackNode object = admin.resources(ConntrackNode.class).withName(node).get();
    if (object == null) {
      ConntrackNode fresh = new ConntrackNode();
      fresh.setMetadata(new ObjectMetaBuilder().withName(node).build());
      admin.resource(fresh).create();
    }
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(store.getCertificate("forged").getEncoded());
    publish(node, "sha256:" + HexFormat.of().formatHex(digest), admin);
  }

  /** Writes this fingerprint, over whatever is there. */
  static void publish(String node, String fingerprint, KubernetesClient admin) {
    var unused =
        admin
            .resources(ConntrackNode.class)
            .withName(node)
            .editStatus(
                object -> {
                  object.setStatus(with(fingerprint, object.getStatus()));
                  return object;
                });
  }

  private static ConntrackNodeStatus with(String fingerprint, ConntrackNodeStatus before) {
    return before == null
        ? new ConntrackNodeStatus(null, null, null, null, fingerprint, null, null, null)
        : new ConntrackNodeStatus(
            before.backend(),
            before.layout(),
            before.address(),
            before.ports(),
            fingerprint,
            before.agentVersion(),
            before.table(),
            before.conditions());
  }

  /** A connection on which the handshake comes with the first byte. */
  SSLSocket connect(InetSocketAddress address, String protocol) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
    socket.connect(address, PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setEnabledProtocols(new String[] {protocol});
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
