package io.conntracksync.node.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Over real TCP connections on the loopback interface. */
class PlainTransportTest {
  private static final Duration PLENTY = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
  private final Transport transport = new PlainTransport(watchdog, PLENTY);
  private final Transport impatient = new PlainTransport(watchdog, SHORT);
  private InetSocketAddress address;

  @BeforeEach
  void findAPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
    }
  }

  @AfterEach
  void stop() {
    watchdog.shutdownNow();
  }

  @Test
  void messagesArriveInOrder() throws IOException {
    try (FrameListener listener = transport.listen(address);
        FrameChannel client = transport.connect(address, PLENTY);
        FrameChannel server = listener.accept()) {
      client.write(new Message.Barrier(1));
      client.write(new Message.Final());

      assertThat(server.read()).isEqualTo(new Message.Barrier(1));
      assertThat(server.read(PLENTY)).isEqualTo(new Message.Final());
      assertThat(client.bytesWritten()).isEqualTo(14 + 6);
    }
  }

  @Test
  void aRefusalArrivesThoughTheRefusedHasMoreToSay() throws IOException {
    Message.Refusal refusal = new Message.Refusal(RefusalCode.OTHER_SYNC, "not here");
    try (FrameListener listener = transport.listen(address);
        FrameChannel client = transport.connect(address, PLENTY);
        FrameChannel server = listener.accept()) {
      client.write(new Message.Barrier(1));
      client.write(new Message.Barrier(2));

      server.refuse(refusal);

      assertThat(client.read(PLENTY)).isEqualTo(refusal);
      assertThatThrownBy(() -> client.read(PLENTY)).isInstanceOf(EOFException.class);
    }
  }

  static Stream<Arguments> foreignBytes() {
    return Stream.of(
        Arguments.of("GET / HTTP/1.1\r\n\r\n", TransferFault.HTTP_BYTES),
        Arguments.of("PRI * HTTP/2.0\r\n", TransferFault.HTTP_BYTES),
        Arguments.of("\u0016\u0003\u0001\u0002\u0000\u0001", TransferFault.TLS_BYTES),
        Arguments.of("\u0001\u0000\u0000\u0000\u0001\u0005", TransferFault.OTHER_VERSION),
        Arguments.of("\u0003\u0000\u0000\u0000\u0001\u0005", TransferFault.OTHER_VERSION),
        Arguments.of("\u0002\u0000\u0010\u0000\u0001", TransferFault.OVERSIZE),
        Arguments.of("\u0002\u0000\u0000\u0000\u0000", TransferFault.MALFORMED),
        Arguments.of("\u0002\u0000\u0000\u0000\u0001c", TransferFault.UNKNOWN_TYPE));
  }

  @ParameterizedTest
  @MethodSource("foreignBytes")
  void foreignBytesHaveAReason(String bytes, TransferFault fault) throws IOException {
    try (FrameListener listener = transport.listen(address);
        Socket client = new Socket(address.getAddress(), address.getPort());
        FrameChannel server = listener.accept()) {
      client.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));

      assertThatThrownBy(() -> server.read(PLENTY)).satisfies(e -> assertFault(e, fault));
    }
  }

  @Test
  void aFrameOfFourGigabytesAllocatesNothing() throws IOException {
    try (FrameListener listener = transport.listen(address);
        Socket client = new Socket(address.getAddress(), address.getPort());
        FrameChannel server = listener.accept()) {
      client.getOutputStream().write(HexFormat.of().parseHex("02ffffffff"));

      assertThatThrownBy(() -> server.read(PLENTY))
          .satisfies(e -> assertFault(e, TransferFault.OVERSIZE))
          .hasMessageContaining("4294967295");
    }
  }

  @Test
  void anEndInsideAFrameIsNoEnd() throws IOException {
    try (FrameListener listener = transport.listen(address);
        Socket client = new Socket(address.getAddress(), address.getPort());
        FrameChannel server = listener.accept()) {
      client.getOutputStream().write(HexFormat.of().parseHex("0200000009"));
      client.shutdownOutput();

      assertThatThrownBy(() -> server.read(PLENTY))
          .satisfies(e -> assertFault(e, TransferFault.TRUNCATED));
    }
  }

  @Test
  void whoSaysNothingIsNotWaitedFor() throws IOException {
    try (FrameListener listener = transport.listen(address);
        FrameChannel client = transport.connect(address, PLENTY);
        FrameChannel server = listener.accept()) {
      assertThat(client.peer()).isEqualTo("127.0.0.1:" + address.getPort());
      assertThatThrownBy(() -> server.read(SHORT))
          .satisfies(e -> assertFault(e, TransferFault.READ_TIMEOUT));
    }
  }

  @Test
  void whoStopsInsideAFrameIsNotWaitedFor() throws IOException {
    try (FrameListener listener = impatient.listen(address);
        Socket client = new Socket(address.getAddress(), address.getPort());
        FrameChannel server = listener.accept()) {
      client.getOutputStream().write(HexFormat.of().parseHex("0200000009"));

      assertThatThrownBy(server::read).satisfies(e -> assertFault(e, TransferFault.READ_TIMEOUT));
    }
  }

  @Test
  void whoTakesNothingIsNotWaitedFor() throws IOException {
    Message.Refusal long1 = new Message.Refusal(RefusalCode.MALFORMED, "x".repeat(1000));
    try (FrameListener listener = impatient.listen(address);
        Socket client = new Socket(address.getAddress(), address.getPort());
        FrameChannel server = listener.accept()) {
      assertThat(client.isConnected()).isTrue();
      assertThatThrownBy(
              () -> {
                while (true) {
                  server.write(long1);
                }
              })
          .satisfies(e -> assertFault(e, TransferFault.WRITE_TIMEOUT));
    }
  }

  @Test
  void aPortInUseIsToldFromOtherFaults() throws IOException {
    try (ServerSocket other = new ServerSocket(address.getPort(), 1, address.getAddress())) {
      assertThat(other.isBound()).isTrue();
      assertThatThrownBy(() -> transport.listen(address))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("EADDRINUSE");
    }
    // TEST-NET-1, RFC 5737: nobody's address
    assertThatThrownBy(() -> transport.listen(new InetSocketAddress("192.0.2.1", 28152)))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(PortInUseException.class);
  }

  @Test
  void closingWakesWhoAccepts() throws Exception {
    FrameListener listener = transport.listen(address);
    var accepting = watchdog.submit(listener::accept);

    listener.close();

    assertThatThrownBy(accepting::get).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void nobodyThereIsAFaultWithTheAddress() {
    assertThatThrownBy(() -> transport.connect(address, PLENTY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + address.getPort());
  }

  private static void assertFault(Throwable thrown, TransferFault fault) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.fault()).isEqualTo(fault));
  }
}
