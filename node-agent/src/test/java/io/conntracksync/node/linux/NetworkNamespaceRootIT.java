package io.conntracksync.node.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkNamespaceRootIT {
  private static final String NAME = "ctsnf-linux";
  private static final Path FILE = Path.of("/run/netns", NAME);

  @BeforeEach
  void namespace() throws Exception {
    // A killed run may have left it.
    if (Files.exists(FILE)) {
      ip("del");
    }
    ip("add");
  }

  @AfterEach
  void clean() throws Exception {
    if (Files.exists(FILE)) {
      ip("del");
    }
  }

  @Test
  void aTaskRunsInTheNamespaceAndTheCallerStaysOutside() throws IOException {
    String here = ownInode();

    try (NetworkNamespace there = NetworkNamespace.open(FILE)) {
      String inside = there.inside(NetworkNamespaceRootIT::ownInode);

      assertThat(inside).isNotEqualTo(here);
      assertThat(ownInode()).isEqualTo(here);
    }
  }

  @Test
  void anOpenNamespaceStaysTheSameWhenItsFileIsGone() throws Exception {
    try (NetworkNamespace there = NetworkNamespace.open(FILE)) {
      String before = there.inside(NetworkNamespaceRootIT::ownInode);
      ip("del");

      assertThat(there.inside(NetworkNamespaceRootIT::ownInode)).isEqualTo(before);
    }
  }

  @Test
  void aFreshNamespaceIsNobodysAndItsMakerStaysOutside() throws IOException {
    String here = ownInode();

    try (NetworkNamespace one = NetworkNamespace.fresh();
        NetworkNamespace other = NetworkNamespace.fresh()) {
      assertThat(List.of(here, inodeOf(one), inodeOf(other))).doesNotHaveDuplicates();
      assertThat(ownInode()).isEqualTo(here);
    }
  }

  @Test
  void aFailureInsideReachesTheCaller() throws IOException {
    try (NetworkNamespace there = NetworkNamespace.open(FILE)) {
      assertThatThrownBy(
              () ->
                  there.inside(
                      () -> {
                        throw new SystemCallException("bind", "x", 1);
                      }))
          .isInstanceOf(SystemCallException.class)
          .hasMessageContaining("bind x failed: EPERM");
    }
  }

  @Test
  void aFileThatIsNoNamespaceIsNamed() throws IOException {
    try (NetworkNamespace wrong = NetworkNamespace.open(Path.of("/proc/self/status"))) {
      assertThatThrownBy(() -> wrong.inside(NetworkNamespaceRootIT::ownInode))
          .hasMessage("setns /proc/self/status failed: EINVAL");
    }
  }

  /** Nothing to receive: without a limit the thread would wait for ever. */
  @Test
  void aSocketWithNothingToReceiveSaysSo() throws IOException {
    try (NetlinkSocket socket = open(Duration.ofMillis(10))) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(64).order(ByteOrder.nativeOrder());

      assertThatThrownBy(() -> socket.receive(buffer)).hasMessageEndingWith("EAGAIN");
      assertThatThrownBy(() -> socket.receiveWaiting(buffer)).hasMessageEndingWith("EAGAIN");
    }
  }

  @Test
  void anAnswerLongerThanTheBufferIsNotCutInSilence() throws IOException {
    try (NetlinkSocket socket = open(Duration.ofSeconds(5))) {
      ByteBuffer request = ByteBuffer.allocateDirect(20).order(ByteOrder.nativeOrder());
      // GET_STATS with a request for an acknowledgement.
      request.putInt(20).putShort((short) 0x105).putShort((short) 0x5).putInt(1).putInt(0);
      request.putInt(0).flip();
      socket.send(request);

      ByteBuffer small = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
      assertThatThrownBy(() -> socket.receive(small)).hasMessageContaining("EMSGSIZE");
    }
  }

  private static NetlinkSocket open(Duration patience) throws SystemCallException {
    return NetlinkSocket.open(
        NetlinkSocket.NETFILTER, NetworkNamespace.ofThisProcess(), 65536, patience);
  }

  private static String inodeOf(NetworkNamespace namespace) throws SystemCallException {
    return namespace.inside(NetworkNamespaceRootIT::ownInode);
  }

  private static String ownInode() throws SystemCallException {
    try {
      return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void ip(String verb) throws Exception {
    Process ip = new ProcessBuilder("ip", "netns", verb, NAME).inheritIO().start();
    assertThat(ip.waitFor()).isZero();
  }
}
