package io.conntracksync.node.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer with the right key may do wrong: over TLS, on the loopback interface. */
class SocketFrameChannelTest {
  private static final Duration PLENTY = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final AgentKey KEY = PublishedByHand.newKey();

  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private SSLSocket client;
  private FrameChannel server;

  @BeforeEach
  void connect() throws Exception {
    connect(PLENTY);
  }

  private void connect(Duration framePatience) throws Exception {
    InetSocketAddress address;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
    }
    PublishedByHand published = new PublishedByHand();
    published.publish("source", KEY);
    Transport transport =
        new TlsTransport(
            KEY, published, watchdog, new TlsTransport.Patience(PLENTY, framePatience));
    try (FrameListener listener = transport.listen(address, "source")) {
      Callable<FrameChannel> accept = () -> listener.accept().identify();
      Future<FrameChannel> accepted = threads.submit(accept);
      client = new TlsByHand(Optional.of(KEY)).connect(address, "TLSv1.3");
      client.startHandshake();
      server = accepted.get();
    }
  }

  private void reconnect(Duration framePatience) throws Exception {
    server.close();
    client.close();
    connect(framePatience);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    client.close();
    threads.shutdownNow();
    watchdog.shutdownNow();
  }

  @Test
  void aRefusalArrivesThoughTheRefusedHasMoreToSay() throws IOException {
    Message.Refusal refusal = new Message.Refusal(RefusalCode.OTHER_SYNC, "not here");
    send(FrameCodec.frame(new Message.Barrier(1)));
    send(FrameCodec.frame(new Message.Barrier(2)));

    server.refuse(refusal);

    byte[] expected = FrameCodec.frame(refusal);
    assertThat(client.getInputStream().readNBytes(expected.length)).isEqualTo(expected);
    assertThat(client.getInputStream().read()).isNegative();
  }

  static Stream<Arguments> foreignBytes() {
    return Stream.of(
        Arguments.of("\u0001\u0000\u0000\u0000\u0001\u0005", TransferFault.OTHER_VERSION),
        Arguments.of("\u0003\u0000\u0000\u0000\u0001\u0005", TransferFault.OTHER_VERSION),
        Arguments.of("GET / HTTP/1.1\r\n\r\n", TransferFault.OTHER_VERSION),
        Arguments.of("\u0002\u0000\u0010\u0000\u0001", TransferFault.OVERSIZE),
        Arguments.of("\u0002\u0000\u0000\u0000\u0000", TransferFault.MALFORMED),
        Arguments.of("\u0002\u0000\u0000\u0000\u0001c", TransferFault.UNKNOWN_TYPE));
  }

  @ParameterizedTest
  @MethodSource("foreignBytes")
  void foreignBytesHaveAReason(String bytes, TransferFault fault) throws IOException {
    send(bytes.getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> server.read(PLENTY)).satisfies(e -> assertFault(e, fault));
  }

  @Test
  void aFrameOfFourGigabytesAllocatesNothing() throws IOException {
    send(HexFormat.of().parseHex("02ffffffff"));

    assertThatThrownBy(() -> server.read(PLENTY))
        .satisfies(e -> assertFault(e, TransferFault.OVERSIZE))
        .hasMessageContaining("4294967295");
  }

  @Test
  void anEndBetweenFramesIsAnEnd() throws IOException {
    send(FrameCodec.frame(new Message.Final()));
    client.shutdownOutput();

    assertThat(server.read(PLENTY)).isEqualTo(new Message.Final());
    assertThatThrownBy(() -> server.read(PLENTY)).isInstanceOf(EOFException.class);
  }

  @Test
  void anEndInsideAFrameIsNoEnd() throws IOException {
    send(HexFormat.of().parseHex("0200000009"));
    client.shutdownOutput();

    assertThatThrownBy(() -> server.read(PLENTY))
        .satisfies(e -> assertFault(e, TransferFault.TRUNCATED));
  }

  @Test
  void whoSaysNothingIsNotWaitedFor() {
    assertThatThrownBy(() -> server.read(SHORT))
        .satisfies(e -> assertFault(e, TransferFault.READ_TIMEOUT));
  }

  @Test
  void whoStopsInsideAFrameIsNotWaitedFor() throws Exception {
    reconnect(SHORT);
    send(HexFormat.of().parseHex("0200000009"));

    assertThatThrownBy(server::read).satisfies(e -> assertFault(e, TransferFault.READ_TIMEOUT));
  }

  @Test
  void whoTakesNothingIsNotWaitedFor() throws Exception {
    reconnect(SHORT);
    Message.Refusal long1 = new Message.Refusal(RefusalCode.MALFORMED, "x".repeat(1000));

    assertThatThrownBy(
            () -> {
              while (true) {
                server.write(long1);
              }
            })
        .satisfies(e -> assertFault(e, TransferFault.WRITE_TIMEOUT));
  }

  @Test
  void closingEndsAReadThatWaits() throws Exception {
    Callable<Message> read = server::read;
    Future<Message> reading = threads.submit(read);

    server.close();

    assertThatThrownBy(reading::get).hasCauseInstanceOf(IOException.class);
  }

  private void send(byte[] bytes) throws IOException {
    client.getOutputStream().write(bytes);
  }

  private static void assertFault(Throwable thrown, TransferFault fault) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.fault()).isEqualTo(fault));
  }
}
