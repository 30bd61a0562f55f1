package io.conntracksync.node.transfer;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * This agent's key (P-256) and the certificate that shows it. The private key exists in this
 * object's memory only, and for as long as the process lives: the next process has another one.
 */
public final class AgentKey {
  private static final String ALIAS = "agent";

  private final PrivateKey privateKey;
  private final X509Certificate certificate;
  private final Fingerprint fingerprint;

  private AgentKey(PrivateKey privateKey, X509Certificate certificate) {
    this.privateKey = privateKey;
    this.certificate = certificate;
    this.fingerprint = Fingerprint.of(certificate);
  }

  /** A new key. Throws {@link IllegalStateException} on a JDK that cannot make one. */
  public static AgentKey create(Clock clock) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return new AgentKey(pair.getPrivate(), SelfSigned.certificate(pair, clock.instant()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK makes no P-256 key: " + e.getMessage(), e);
    }
  }

  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /** Says only whose it is: a key must not end up in a log. */
  @Override
  public String toString() {
    return "key " + fingerprint;
  }

  /** Shows the one key there is to whoever understands it, as client and as server. */
  X509ExtendedKeyManager keyManager() {
    return new OnlyKey();
  }

  private final class OnlyKey extends X509ExtendedKeyManager {
    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(
        String[] keyTypes, Principal[] issuers, java.net.Socket socket) {
      for (String keyType : keyTypes) {
        if (isOurs(keyType)) {
          return ALIAS;
        }
      }
      return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, java.net.Socket socket) {
      return isOurs(keyType) ? ALIAS : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return privateKey;
    }

    private boolean isOurs(String keyType) {
      return privateKey.getAlgorithm().equals(keyType);
    }
  }
}
