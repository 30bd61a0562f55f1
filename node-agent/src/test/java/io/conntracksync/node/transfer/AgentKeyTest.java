package io.conntracksync.node.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentKeyTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  private final AgentKey key = AgentKey.create(Clock.fixed(NOW, ZoneOffset.UTC));
  private final X509Certificate certificate = key.keyManager().getCertificateChain("agent")[0];

  @Test
  void theCertificateIsSoundToWhoeverReadsIt() throws Exception {
    certificate.verify(certificate.getPublicKey());
    certificate.checkValidity(Date.from(NOW.minusSeconds(299)));
    certificate.checkValidity(Date.from(NOW.plusSeconds(9 * 365 * 86_400L)));
    assertThat(certificate.getVersion()).isEqualTo(3);
    assertThat(certificate.getSerialNumber().signum()).isPositive();
    assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(certificate.getPublicKey().getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void theCertificateSaysNothingOfItsNode() {
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=conntracksync");
    assertThat(certificate.getIssuerX500Principal())
        .isEqualTo(certificate.getSubjectX500Principal());
  }

  @Test
  void theFingerprintIsTheDigestOfTheCertificate() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());

    assertThat(key.fingerprint().text()).isEqualTo("sha256:" + HexFormat.of().formatHex(digest));
    assertThat(Fingerprint.parse(key.fingerprint().text())).hasValue(key.fingerprint());
  }

  @Test
  void everyStartHasAKeyOfItsOwn() {
    AgentKey other = AgentKey.create(Clock.fixed(NOW, ZoneOffset.UTC));

    assertThat(other.fingerprint()).isNotEqualTo(key.fingerprint());
  }

  @Test
  void aLogLearnsTheFingerprintOnly() {
    assertThat(key).hasToString("key " + key.fingerprint().text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256:", "sha256:0F", "sha1:0f0f", "0f0f"})
  void whatIsNoFingerprintIsNone(String text) {
    assertThat(Fingerprint.parse(text)).isEmpty();
    assertThatThrownBy(() -> new Fingerprint(text))
        .hasMessageContaining("write sha256: and 64 hexadecimal digits");
  }
}
