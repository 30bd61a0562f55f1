package io.conntracksync.node.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.gatekeeping.GateAnswer;
import io.conntracksync.node.gatekeeping.GateSocket;
import io.conntracksync.node.gatekeeping.Pending;
import io.conntracksync.node.gatekeeping.SocketAccess;
import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.session.SyncOrder;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets of gates in the volumes of launcher pods, from a sync's start to its end. */
class LauncherGatesRootIT {
  private static final String POD = "51d0c3c2-0d3e-4a1b-9f0e-1c2d3e4f5a6b";

  /** With root's user id: who asks is this process. */
  private static final SocketAccess ACCESS =
      new SocketAccess(Set.of(0), 4, SocketAccess.DEFAULTS.lineTimeout());

  @TempDir private Path kubelet;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private Path sockets;
  private LauncherGates gates;

  @BeforeEach
  void prepare() throws IOException {
    sockets =
        Files.createDirectories(
            kubelet.resolve("pods/" + POD + "/volumes/kubernetes.io~empty-dir/sockets"));
    gates = new LauncherGates(new Launchers(kubelet), this::open);
  }

  @AfterEach
  void end() {
    gates.close();
    timer.shutdownNow();
  }

  @Test
  void aGateInThePodIsAnsweredAboutTheDomainOfItsSync() throws Exception {
    gates.seek(order("sync"), POD);

    assertThat(answer("pause shop_db 0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3"))
        .isEqualTo("ok Drained");
    assertThat(answer("pause shop_other -")).isEmpty();
    await("the other domain is counted")
        .untilAsserted(() -> assertThat(asked).containsExactly("shop_db", "MALFORMED"));
  }

  @Test
  void theSocketGoesWithItsSync() throws Exception {
    gates.seek(order("sync"), POD);
    gates.seek(order("sync"), POD);
    gates.release("another");
    assertThat(sockets.resolve("cts-gate")).exists();

    gates.release("sync");
    assertThat(sockets).isEmptyDirectory();
  }

  @Test
  void theOneOfAKilledAgentIsReplaced() throws Exception {
    new LauncherGates(new Launchers(kubelet), (order, path) -> abandoned(path))
        .seek(order("sync"), POD);
    assertThat(sockets.resolve("cts-gate")).exists();

    gates.seek(order("sync"), POD);

    assertThat(answer("pause shop_db -")).isEqualTo("ok Drained");
  }

  @Test
  void whatThePodHasPutInItsPlaceIsLeftAlone() throws Exception {
    Path victim = Files.writeString(kubelet.resolve("victim"), "untouched");
    Files.createSymbolicLink(sockets.resolve("cts-gate"), victim);
    gates.seek(order("sync"), POD);

    gates.release("sync");

    assertThat(sockets.resolve("cts-gate")).isSymbolicLink();
    assertThat(victim).hasContent("untouched");
  }

  @Test
  void aPodOfAnotherNodeHasNone() throws Exception {
    gates.seek(order("sync"), "9e3f0000-0d3e-4a1b-9f0e-1c2d3e4f5a6b");
    gates.release("sync");

    assertThat(sockets).isEmptyDirectory();
  }

  private Closeable open(SyncOrder order, Path path) throws IOException {
    return GateSocket.open(
        path,
        ACCESS,
        order.domain(),
        (domain, uuid) -> {
          asked.add(domain);
          return Pending.ready(new GateAnswer("Drained"));
        },
        fault -> asked.add(fault.name()),
        timer);
  }

  private static Closeable abandoned(Path path) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(path));
    listener.close();
    return () -> {};
  }

  private String answer(String question) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(shortPath().resolve("cts-gate")));
      channel.write(ByteBuffer.wrap((question + "\n").getBytes(StandardCharsets.UTF_8)));
      ByteBuffer line = ByteBuffer.allocate(512);
      while (channel.read(line) >= 0 && line.hasRemaining()) {
        // to the end
      }
      return new String(line.array(), 0, line.position(), StandardCharsets.UTF_8).strip();
    }
  }

  /** Paths of sockets have to be short. */
  private Path shortPath() throws IOException {
    Path link = kubelet.resolve("s");
    Files.deleteIfExists(link);
    return Files.createSymbolicLink(link, sockets);
  }

  private static SyncOrder order(String uid) throws IOException {
    return new SyncOrder(
        uid,
        "shop",
        "move",
        "shop_db",
        new SyncOrder.Nodes("nodea", "nodeb"),
        Set.of(InetAddress.getByName("10.30.0.100")),
        Duration.ofMillis(200),
        Duration.ofMillis(100),
        SyncOrder.DeadlinePolicy.IGNORE);
  }
}
