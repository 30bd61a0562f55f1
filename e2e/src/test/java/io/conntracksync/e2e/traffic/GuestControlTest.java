package io.conntracksync.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The talk with the guest, answered by a socket that says one prepared text. */
class GuestControlTest {
  @Test
  void theLowestBitOfTheFirstByteIsSequenceZero() throws IOException {
    assertThat(reportOf("udp 3 3 0180\nudp 4 0 \nudp 5 0\nend\n"))
        .isEqualTo(Map.of(3, bits(0, 15), 4, bits(), 5, bits()));
  }

  @Test
  void linesThatWereNotAskedForAreSkipped() throws IOException {
    assertThat(reportOf("hello, I am the guest\nok\nudp 0 1 01\nend\n"))
        .isEqualTo(Map.of(0, bits(0)));
  }

  @Test
  void anErrorOfTheGuestIsThrown() {
    assertThatThrownBy(() -> reportOf("error out of sockets\n"))
        .hasMessageContaining("out of sockets");
  }

  @Test
  void aReportThatIsCutOffIsNotTakenForAWholeOne() {
    assertThatThrownBy(() -> reportOf("udp 0 1 01\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aMalformedStreamIsNamed() {
    assertThatThrownBy(() -> reportOf("udp 0 1 xyz\nend\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("udp 0 1 xyz");
  }

  @Test
  void aGuestThatOpensFewerThanToldIsAnError() {
    assertThatThrownBy(
            () ->
                talk(
                    "ok 3\npong\n",
                    guest -> {
                      guest.dial(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), 4);
                      return "";
                    }))
        .hasMessageContaining("told to dial 4")
        .hasMessageContaining("ok 3");
  }

  private interface Talk<T> {
    T with(GuestControl guest) throws IOException;
  }

  private static Map<Integer, BitSet> reportOf(String answer) throws IOException {
    return talk(answer, GuestControl::report);
  }

  private static <T> T talk(String answer, Talk<T> talk) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        GuestControl guest =
            GuestControl.open((InetSocketAddress) server.getLocalSocketAddress())) {
      try (Socket accepted = server.accept()) {
        accepted.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        accepted.shutdownOutput();
        return talk.with(guest);
      }
    }
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int bit : set) {
      bits.set(bit);
    }
    return bits;
  }
}
