package io.conntracksync.node.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who gets in, over real connections on the loopback interface. The port is for node "source". */
class TlsTransportTest {
  private static final Duration PLENTY = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final AgentKey SOURCE = PublishedByHand.newKey();
  private static final AgentKey TARGET = PublishedByHand.newKey();
  private static final AgentKey THIRD = PublishedByHand.newKey();
  private static final AgentKey UNPUBLISHED = PublishedByHand.newKey();

  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final PublishedByHand published = new PublishedByHand();
  private final Transport source = published.transport(SOURCE, watchdog, PLENTY);
  private final Transport target = published.transport(TARGET, watchdog, PLENTY);
  private final Transport impatient = published.transport(TARGET, watchdog, SHORT);
  private InetSocketAddress address;

  @BeforeEach
  void publish() throws IOException {
    published.publish("source", SOURCE);
    published.publish("target", TARGET);
    published.publish("third", THIRD);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
    }
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    watchdog.shutdownNow();
  }

  @Test
  void theAgentsOfBothNodesUnderstandEachOther() throws Exception {
    try (FrameListener listener = target.listen(address, "source")) {
      Future<FrameChannel> accepted = nextOf(listener);
      try (FrameChannel client = source.connect(address, "target", PLENTY);
          FrameChannel server = accepted.get()) {
        client.write(new Message.Barrier(1));
        client.write(new Message.Final());

        assertThat(server.read()).isEqualTo(new Message.Barrier(1));
        assertThat(server.read(PLENTY)).isEqualTo(new Message.Final());
        assertThat(client.bytesWritten()).isEqualTo(14 + 6);
        assertThat(client.peer()).isEqualTo("127.0.0.1:" + address.getPort());
      }
    }
  }

  @Test
  void aKeyThatNobodyHasPublishedIsRefused() throws Exception {
    assertRefusedByTarget(UNPUBLISHED, TransferFault.UNKNOWN_KEY, UNPUBLISHED.toString());
  }

  @Test
  void theKeyOfAThirdNodeIsRefusedByName() throws Exception {
    assertRefusedByTarget(THIRD, TransferFault.OTHER_NODES_KEY, "node third");
  }

  @Test
  void theTargetsOwnKeyIsNotTheSources() throws Exception {
    assertRefusedByTarget(TARGET, TransferFault.OTHER_NODES_KEY, "node target");
  }

  private void assertRefusedByTarget(AgentKey key, TransferFault fault, String words)
      throws Exception {
    Transport stranger = published.transport(key, watchdog, PLENTY);
    try (FrameListener listener = target.listen(address, "source")) {
      Future<FrameChannel> accepted = nextOf(listener);

      // The stranger's side of TLS may be done before the target has looked at its key.
      Throwable heard =
          catchThrowable(
              () -> {
                try (FrameChannel client = stranger.connect(address, "target", PLENTY)) {
                  client.read(PLENTY);
                }
              });

      assertThat(faultOf(accepted)).isEqualTo(fault);
      assertThat(causeOf(accepted)).hasMessageContaining(words);
      assertThat(heard)
          .isInstanceOfSatisfying(
              TransferException.class,
              e ->
                  assertThat(e.fault())
                      .isIn(TransferFault.TLS_BROKEN, TransferFault.HANDSHAKE_FAILED))
          .hasMessageNotContaining("node");
    }
  }

  @Test
  void aTargetThatIsAnotherNodeIsNotSpokenTo() throws Exception {
    Transport third = published.transport(THIRD, watchdog, PLENTY);
    try (FrameListener listener = third.listen(address, "source")) {
      Future<FrameChannel> accepted = nextOf(listener);

      assertThatThrownBy(() -> source.connect(address, "target", PLENTY))
          .satisfies(e -> assertFault(e, TransferFault.OTHER_NODES_KEY))
          .hasMessage("the peer has the key of node third, expected is node target");
      assertThat(faultOf(accepted)).isEqualTo(TransferFault.HANDSHAKE_FAILED);
    }
  }

  @Test
  void whoShowsNoKeyIsRefused() throws Exception {
    assertRefused(new TlsByHand(Optional.empty()), "TLSv1.3", TransferFault.HANDSHAKE_FAILED);
  }

  @Test
  void anOlderTlsIsRefusedWithTheRightKeyToo() throws Exception {
    assertRefused(new TlsByHand(Optional.of(SOURCE)), "TLSv1.2", TransferFault.TLS_VERSION);
  }

  private void assertRefused(TlsByHand client, String protocol, TransferFault fault)
      throws Exception {
    try (FrameListener listener = target.listen(address, "source")) {
      Future<FrameChannel> accepted = nextOf(listener);
      try (SSLSocket socket = client.connect(address, protocol)) {
        assertThat(
                catchThrowable(
                    () -> {
                      socket.startHandshake();
                      var unused = socket.getInputStream().read();
                    }))
            .isInstanceOf(IOException.class);
      }

      assertThat(faultOf(accepted)).isEqualTo(fault);
    }
  }

  static Stream<Arguments> foreignBytes() {
    return Stream.of(
        Arguments.of("GET / HTTP/1.1\r\n\r\n", TransferFault.HTTP_BYTES),
        Arguments.of("PRI * HTTP/2.0\r\n", TransferFault.HTTP_BYTES),
        Arguments.of("hello?", TransferFault.NOT_TLS),
        Arguments.of("\u0002\u0000\u0000\u0000\u0001\u0005", TransferFault.NOT_TLS),
        Arguments.of("\u0002\u00ff\u00ff\u00ff\u00ff\u0005", TransferFault.NOT_TLS),
        Arguments.of("\u0016\u0003\u0001\u0000\u0000", TransferFault.NOT_TLS),
        Arguments.of("\u0016\u0003\u0001@\u0001", TransferFault.NOT_TLS),
        Arguments.of("\u0016\u0003\u0001\u0000\u0004oops", TransferFault.HANDSHAKE_FAILED),
        Arguments.of(
            "\u0016\u0003\u0001\u0000\u0006\u0001\u0000\u0000\u0002\u0003\u0003",
            TransferFault.HANDSHAKE_FAILED));
  }

  @ParameterizedTest
  @MethodSource("foreignBytes")
  void whatIsNoTlsHasAReason(String bytes, TransferFault fault) throws Exception {
    try (FrameListener listener = target.listen(address, "source");
        Socket client = new Socket(address.getAddress(), address.getPort())) {
      Future<FrameChannel> accepted = nextOf(listener);
      client.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));

      assertThat(faultOf(accepted)).isEqualTo(fault);
      // An alert of TLS is 7 bytes long, and anybody may hear it.
      assertThat(client.getInputStream().readAllBytes()).hasSizeLessThanOrEqualTo(7);
    }
  }

  @Test
  void whoHangsUpInTheMiddleIsCountedWhoSaysNothingIsNot() throws Exception {
    try (FrameListener listener = target.listen(address, "source")) {
      for (String bytes : new String[] {"16", "1603010010", "160301001001"}) {
        Future<FrameChannel> accepted = nextOf(listener);
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
          client.getOutputStream().write(HexFormat.of().parseHex(bytes));
          client.shutdownOutput();
          assertThat(faultOf(accepted)).isEqualTo(TransferFault.TRUNCATED);
        }
      }
      Future<FrameChannel> accepted = nextOf(listener);
      new Socket(address.getAddress(), address.getPort()).close();
      assertThat(causeOf(accepted)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void whoSaysNothingIsNotWaitedFor() throws Exception {
    try (FrameListener listener = impatient.listen(address, "source");
        Socket client = new Socket(address.getAddress(), address.getPort())) {
      assertThat(faultOf(nextOf(listener))).isEqualTo(TransferFault.HANDSHAKE_TIMEOUT);
      assertThat(client.getInputStream().read()).isNegative();
    }
  }

  @Test
  void aByteNowAndThenGainsNoTime() throws Exception {
    try (FrameListener listener = impatient.listen(address, "source");
        Socket client = new Socket(address.getAddress(), address.getPort())) {
      OutputStream out = client.getOutputStream();
      out.write(HexFormat.of().parseHex("1603014000"));
      Future<?> dripping =
          watchdog.scheduleAtFixedRate(
              () -> {
                try {
                  out.write(1);
                } catch (IOException e) {
                  throw new IllegalStateException("no longer wanted", e);
                }
              },
              1,
              1,
              TimeUnit.MILLISECONDS);

      assertThat(faultOf(nextOf(listener))).isEqualTo(TransferFault.HANDSHAKE_TIMEOUT);
      dripping.cancel(false);
    }
  }

  @Test
  void aTargetThatSaysNothingIsNotWaitedFor() throws Exception {
    Transport hasty = published.transport(SOURCE, watchdog, SHORT);
    try (ServerSocket silent = new ServerSocket(address.getPort(), 1, address.getAddress())) {
      assertThat(silent.isBound()).isTrue();
      assertThatThrownBy(() -> hasty.connect(address, "target", PLENTY))
          .satisfies(e -> assertFault(e, TransferFault.HANDSHAKE_TIMEOUT));
    }
  }

  @Test
  void withoutAPublishedKeyNobodyIsSpokenTo() throws Exception {
    try (FrameListener listener = target.listen(address, "source")) {
      published.withdraw("target");
      Future<FrameChannel> left = nextOf(listener);
      assertThatThrownBy(() -> source.connect(address, "target", PLENTY))
          .satisfies(e -> assertFault(e, TransferFault.KEY_NOT_PUBLISHED))
          .hasMessageContaining("node target");
      assertThat(causeOf(left)).isInstanceOf(EOFException.class);

      published.publish("target", TARGET);
      published.withdraw("source");
      Future<FrameChannel> accepted = nextOf(listener);
      assertThatThrownBy(() -> source.connect(address, "target", PLENTY))
          .isInstanceOf(IOException.class);
      assertThat(faultOf(accepted)).isEqualTo(TransferFault.KEY_NOT_PUBLISHED);
    }
  }

  @Test
  void aNewKeyIsForNewConnectionsAndTheOldOneForNoneOfThem() throws Exception {
    AgentKey next = PublishedByHand.newKey();
    Transport restarted = published.transport(next, watchdog, PLENTY);
    try (FrameListener listener = target.listen(address, "source")) {
      Future<FrameChannel> first = nextOf(listener);
      try (FrameChannel client = source.connect(address, "target", PLENTY);
          FrameChannel server = first.get()) {
        published.publish("source", next);

        client.write(new Message.Final());
        assertThat(server.read(PLENTY)).isEqualTo(new Message.Final());

        Future<FrameChannel> second = nextOf(listener);
        try (FrameChannel newer = restarted.connect(address, "target", PLENTY);
            FrameChannel newServer = second.get()) {
          newServer.write(new Message.Final());
          assertThat(newer.read(PLENTY)).isEqualTo(new Message.Final());
        }
      }
      Future<FrameChannel> third = nextOf(listener);
      var unused =
          catchThrowable(
              () -> {
                try (FrameChannel former = source.connect(address, "target", PLENTY)) {
                  former.read(PLENTY);
                }
              });
      assertThat(faultOf(third)).isEqualTo(TransferFault.UNKNOWN_KEY);
    }
  }

  /** A resumed session is not asked for its certificate: there must be none to resume. */
  @Test
  void aKeyThatIsNoLongerPublishedDoesNotGetInByAFormerSession() throws Exception {
    TlsByHand former = new TlsByHand(Optional.of(SOURCE));
    try (FrameListener listener = target.listen(address, "source")) {
      Future<FrameChannel> first = nextOf(listener);
      try (SSLSocket client = former.connect(address, "TLSv1.3")) {
        client.startHandshake();
        first.get().write(new Message.Final());
        // With it, the ticket for another session has been read.
        assertThat(client.getInputStream().readNBytes(6)).hasSize(6);
      }
      published.publish("source", UNPUBLISHED);

      Future<FrameChannel> second = nextOf(listener);
      try (SSLSocket client = former.connect(address, "TLSv1.3")) {
        var unused =
            catchThrowable(
                () -> {
                  client.startHandshake();
                  client.getInputStream().read();
                });
      }

      assertThat(faultOf(second)).isEqualTo(TransferFault.UNKNOWN_KEY);
    }
  }

  @Test
  void aPortInUseIsToldFromOtherFaults() throws IOException {
    try (ServerSocket other = new ServerSocket(address.getPort(), 1, address.getAddress())) {
      assertThat(other.isBound()).isTrue();
      assertThatThrownBy(() -> target.listen(address, "source"))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("EADDRINUSE");
    }
    // TEST-NET-1, RFC 5737: nobody's address
    assertThatThrownBy(() -> target.listen(new InetSocketAddress("192.0.2.1", 28152), "source"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(PortInUseException.class);
  }

  @Test
  void closingWakesWhoAccepts() throws Exception {
    FrameListener listener = target.listen(address, "source");
    var accepting = threads.submit(listener::accept);

    listener.close();

    assertThatThrownBy(accepting::get).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void nobodyThereIsAFaultWithTheAddress() {
    assertThatThrownBy(() -> source.connect(address, "target", PLENTY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + address.getPort());
  }

  /** The handshake of the next to come, in a thread of its own, as an agent does it. */
  private Future<FrameChannel> nextOf(FrameListener listener) {
    Callable<FrameChannel> accept = () -> listener.accept().identify();
    return threads.submit(accept);
  }

  private static Throwable causeOf(Future<FrameChannel> refused) throws Exception {
    Throwable thrown = catchThrowable(() -> refused.get(20, TimeUnit.SECONDS));
    assertThat(thrown).as("refused").isInstanceOf(ExecutionException.class);
    return thrown.getCause();
  }

  private static TransferFault faultOf(Future<FrameChannel> refused) throws Exception {
    Throwable cause = causeOf(refused);
    assertThat(cause).isInstanceOf(TransferException.class);
    return ((TransferException) cause).fault();
  }

  private static void assertFault(Throwable thrown, TransferFault fault) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.fault()).isEqualTo(fault));
  }
}
