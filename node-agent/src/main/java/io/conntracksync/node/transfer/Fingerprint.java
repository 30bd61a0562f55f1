package io.conntracksync.node.transfer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * SHA-256 of a certificate in DER, by which a key is recognised. Its text is {@code sha256:} and 64
 * hexadecimal digits in lower case; {@code openssl x509 -fingerprint -sha256} prints the same ones.
 */
public record Fingerprint(String text) {
  private static final String PREFIX = "sha256:";
  private static final Pattern SHAPE = Pattern.compile(PREFIX + "[0-9a-f]{64}");

  public Fingerprint {
    if (!SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no fingerprint; write sha256: and 64 hexadecimal digits".formatted(text));
    }
  }

  /** What somebody has written; empty when it is no fingerprint. */
  public static Optional<Fingerprint> parse(String text) {
    return SHAPE.matcher(text).matches() ? Optional.of(new Fingerprint(text)) : Optional.empty();
  }

  static Fingerprint of(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new Fingerprint(PREFIX + HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a certificate without an encoding", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
