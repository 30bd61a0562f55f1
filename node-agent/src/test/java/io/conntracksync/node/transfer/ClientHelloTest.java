package io.conntracksync.node.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
  @Test
  void theVersionsOfARealOneAreRead() throws Exception {
    assertThat(read(hello("TLSv1.3")).isOfOldTls()).isFalse();
    assertThat(read(hello("TLSv1.3", "TLSv1.2")).isOfOldTls()).isFalse();
    assertThat(read(hello("TLSv1.2")).isOfOldTls()).isTrue();
  }

  @Test
  void itIsReadAgainAsItWas() throws Exception {
    byte[] hello = hello("TLSv1.3");

    assertThat(read(hello).again().readAllBytes()).isEqualTo(hello);
  }

  @Test
  void whatFollowsIsLeftToOthers() throws Exception {
    ByteArrayOutputStream more = new ByteArrayOutputStream();
    more.writeBytes(hello("TLSv1.3"));
    more.write(42);
    InputStream in = new ByteArrayInputStream(more.toByteArray());

    var unused = ClientHello.read(in);

    assertThat(in.read()).isEqualTo(42);
  }

  /** Cut short anywhere, or changed anywhere: a value or a refusal, and no other exception. */
  @Test
  void nothingThatIsSentIsMoreThanRefused() throws Exception {
    Random random = new Random(7);
    for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
      byte[] good = hello(version);
      for (int round = 0; round < 5000; round++) {
        byte[] bad = good.clone();
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt();
        }
        int length = random.nextInt(bad.length + 1);
        try {
          var unused = ClientHello.read(new ByteArrayInputStream(bad, 0, length)).isOfOldTls();
        } catch (IOException refused) {
          assertThat(refused).hasMessageContaining("the");
        }
      }
    }
  }

  private static ClientHello read(byte[] bytes) throws IOException {
    return ClientHello.read(new ByteArrayInputStream(bytes));
  }

  private static byte[] hello(String... protocols) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(protocols);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    var unused = engine.wrap(ByteBuffer.allocate(0), out);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }
}
