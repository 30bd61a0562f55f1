package io.conntracksync.node.transfer;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Accepts one certificate, on either side, and remembers another one that was shown. TLS itself has
 * the peer prove that it owns the key. The extended class, because the JDK wraps the plain one in
 * checks of host names and algorithms that say nothing here.
 */
final class PinnedTrust extends X509ExtendedTrustManager {
  private static final X509Certificate[] NONE = {};

  private final Fingerprint pin;
  private volatile Optional<Fingerprint> refused = Optional.empty();

  PinnedTrust(Fingerprint pin) {
    this.pin = pin;
  }

  /** What the peer showed, when that was another certificate. */
  Optional<Fingerprint> refused() {
    return refused;
  }

  private void check(X509Certificate... chain) throws CertificateException {
    if (chain.length == 0) {
      throw new CertificateException("the peer shows no certificate");
    }
    Fingerprint shown = Fingerprint.of(chain[0]);
    if (!shown.equals(pin)) {
      refused = Optional.of(shown);
      throw new CertificateException("the peer shows " + shown + ", expected is " + pin);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  /** Nobody signs our certificates, so no issuer is announced. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return NONE;
  }
}
