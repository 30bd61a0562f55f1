package io.conntracksync.node.transfer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/**
 * Writes the certificate that TLS wants around a key: version 3, the same name for every agent,
 * signed with the key itself by ECDSA and SHA-256. Nobody reads its name or its dates, the
 * fingerprint decides; they are such that other programs can show it. Source: RFC 5280 §4.1, X.690
 * (DER).
 */
final class SelfSigned {
  // Clocks of nodes differ.
  private static final Duration BEFORE = Duration.ofMinutes(5);
  private static final Duration AFTER = Duration.ofDays(3650);
  private static final int SERIAL_BITS = 64;

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int EXPLICIT_0 = 0xa0;

  // Whole OBJECT IDENTIFIERs: 1.2.840.10045.4.3.2, and 2.5.4.3.
  private static final byte[] ECDSA_WITH_SHA256 = HexFormat.of().parseHex("06082a8648ce3d040302");
  private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");
  private static final byte[] VERSION_3 = {2};
  private static final byte[] NO_UNUSED_BITS = {0};

  // Two digits of the year will do until 2050, and the certificate ends with its process.
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private SelfSigned() {}

  static X509Certificate certificate(KeyPair pair, Instant now) throws GeneralSecurityException {
    byte[] algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
    byte[] name =
        der(
            SEQUENCE,
            der(
                SET,
                der(
                    SEQUENCE,
                    COMMON_NAME,
                    der(UTF8_STRING, "conntracksync".getBytes(StandardCharsets.UTF_8)))));
    byte[] validity = der(SEQUENCE, time(now.minus(BEFORE)), time(now.plus(AFTER)));
    byte[] serial =
        new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE).toByteArray();
    byte[] toBeSigned =
        der(
            SEQUENCE,
            der(EXPLICIT_0, der(INTEGER, VERSION_3)),
            der(INTEGER, serial),
            algorithm,
            name,
            validity,
            name,
            pair.getPublic().getEncoded());
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update(toBeSigned);
    byte[] whole =
        der(SEQUENCE, toBeSigned, algorithm, der(BIT_STRING, NO_UNUSED_BITS, signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] time(Instant instant) {
    return der(UTC_TIME, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  /** One value: {@code tag u8 · length · parts}. */
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    // A length above 127 has a byte before it that counts its bytes. Ours take two at most.
    if (content.size() > 0xff) {
      out.write(0x82);
      out.write(content.size() >> 8);
    } else if (content.size() > 0x7f) {
      out.write(0x81);
    }
    out.write(content.size());
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
