package io.conntracksync.node.gatekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a real unix socket, with the kernel's word on the peer. */
class HookSocketTest {
  private static final String VM = "vm 5f0f3a52-7f8a-4d0e-9d6f-1c2b3a4d5e6f\n";
  private static final HookAnswer IMPORTED = new HookAnswer.Ok("Imported");
  private static final Duration PLENTY = Duration.ofSeconds(5);

  @TempDir private Path folder;

  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
  private final List<SocketFault> faults = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    watchdog.shutdownNow();
  }

  @Test
  void aReadyAnswerComesWithoutAHold() throws IOException {
    FakeHookDesk desk = FakeHookDesk.answeringAtOnce(IMPORTED);
    try (HookSocket socket = open(desk, ours(64, PLENTY));
        LineClient client = new LineClient(path())) {
      assertThat(client.say("wait " + VM).hear()).isEqualTo("ok Imported");
      assertThat(client.hear()).isNull();
      assertThat(desk.asked).containsExactly("wait vm");
      assertThat(faults).isEmpty();
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void anAnswerThatTakesTimeIsPromised() throws IOException {
    FakeHookDesk desk = FakeHookDesk.answeringLater(Duration.ofMillis(1500));
    try (HookSocket socket = open(desk, ours(64, PLENTY));
        LineClient client = new LineClient(path())) {
      assertThat(client.say("wait\n").hear()).isEqualTo("hold 1500");

      desk.pending.get(0).answer.complete(new HookAnswer.Abort("no entries"));

      assertThat(client.hear()).isEqualTo("abort no entries");
      assertThat(client.hear()).isNull();
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void anAnnouncementIsHeard() throws IOException {
    FakeHookDesk desk = FakeHookDesk.answeringAtOnce(IMPORTED);
    try (HookSocket socket = open(desk, ours(64, PLENTY));
        LineClient client = new LineClient(path())) {
      assertThat(client.say("incoming " + VM).hear()).isEqualTo("ok");
      assertThat(desk.asked).containsExactly("incoming vm");
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void aHookThatGoesIsForgotten() throws IOException {
    FakeHookDesk desk = FakeHookDesk.answeringLater(PLENTY);
    try (HookSocket socket = open(desk, ours(64, PLENTY))) {
      try (LineClient client = new LineClient(path())) {
        assertThat(client.say("wait " + VM).hear()).startsWith("hold");
      }
      await("forgotten").until(() -> desk.pending.get(0).answer.isCancelled());
      await("counted").until(() -> faults.equals(List.of(SocketFault.GONE)));
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void whatIsNoQuestionIsNotAnswered() throws IOException {
    assertRefused("GET / HTTP/1.1\r\n\r\n", SocketFault.MALFORMED);
    assertRefused("pause " + VM, SocketFault.MALFORMED);
    assertRefused("wait " + VM + "more", SocketFault.MALFORMED);
    assertRefused("x".repeat(512), SocketFault.OVERSIZE);
    assertRefused("x".repeat(100_000), SocketFault.OVERSIZE);
    assertRefused("\0\0\0\n", SocketFault.MALFORMED);
  }

  @Test
  void aSlowPeerIsNotWaitedFor() throws IOException {
    try (HookSocket socket =
            open(FakeHookDesk.answeringAtOnce(IMPORTED), ours(64, Duration.ofMillis(50)));
        LineClient client = new LineClient(path())) {
      assertThat(client.say("wait").hear()).isNull();
      await("counted").until(() -> faults.equals(List.of(SocketFault.SLOW)));
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void halfALineIsNoLine() throws IOException {
    try (HookSocket socket = open(FakeHookDesk.answeringAtOnce(IMPORTED), ours(64, PLENTY))) {
      try (LineClient client = new LineClient(path())) {
        client.say("wait");
      }
      await("counted").until(() -> faults.equals(List.of(SocketFault.TRUNCATED)));
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void aForeignUserIsNotAnswered() throws IOException {
    SocketAccess others = new SocketAccess(Set.of(uid() + 1), 64, PLENTY);
    FakeHookDesk desk = FakeHookDesk.answeringAtOnce(IMPORTED);
    try (HookSocket socket = open(desk, others);
        LineClient client = new LineClient(path())) {
      assertThat(client.hear()).isNull();
      assertThat(desk.asked).isEmpty();
      await("counted").until(() -> faults.equals(List.of(SocketFault.FOREIGN_PEER)));
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void connectionsAreBoundedAndFreedAgain() throws IOException {
    FakeHookDesk desk = FakeHookDesk.answeringLater(PLENTY);
    try (HookSocket socket = open(desk, ours(1, PLENTY))) {
      try (LineClient first = new LineClient(path())) {
        assertThat(first.say("wait " + VM).hear()).startsWith("hold");
        try (LineClient second = new LineClient(path())) {
          assertThat(second.hear()).isNull();
        }
        assertThat(faults).containsExactly(SocketFault.TOO_MANY_CONNECTIONS);
      }
      await("the place is free again")
          .until(
              () -> {
                try (LineClient third = new LineClient(path())) {
                  String answer = third.say("wait " + VM).hear();
                  return answer != null && answer.startsWith("hold");
                } catch (IOException e) {
                  return false;
                }
              });
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void whoWaitsWhenTheAgentStopsGoesOnAtOnce() throws IOException {
    FakeHookDesk desk = FakeHookDesk.answeringLater(PLENTY);
    HookSocket socket = open(desk, ours(64, PLENTY));
    try (LineClient client = new LineClient(path())) {
      assertThat(client.say("wait " + VM).hear()).startsWith("hold");

      socket.close();

      assertThat(client.hear()).isNull();
      assertThat(path()).doesNotExist();
    }
  }

  @Test
  void aPromiseThatIsNotKeptEndsTheWait() throws IOException {
    FakeHookDesk desk = FakeHookDesk.answeringLater(Duration.ofMillis(1));
    try (HookSocket socket = open(desk, ours(64, PLENTY));
        LineClient client = new LineClient(path())) {
      assertThat(client.say("wait " + VM).hear()).isEqualTo("hold 1");
      assertThat(client.hear()).isNull();
      await("counted").until(() -> faults.equals(List.of(SocketFault.UNANSWERED)));
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void everyoneMayConnect() throws IOException {
    try (HookSocket socket = open(FakeHookDesk.answeringAtOnce(IMPORTED), ours(64, PLENTY))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
          .isEqualTo("rw-rw-rw-");
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void aSocketThatWasLeftBehindIsReplaced() throws IOException {
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(path()));
    }
    assertThat(path()).exists();
    try (HookSocket socket = open(FakeHookDesk.answeringAtOnce(IMPORTED), ours(64, PLENTY));
        LineClient client = new LineClient(path())) {
      assertThat(client.say("wait\n").hear()).isEqualTo("ok Imported");
      assertThat(socket).isNotNull();
    }
  }

  @Test
  void aSocketOfAnotherIsLeftAlone() throws IOException {
    try (HookSocket first = open(FakeHookDesk.answeringAtOnce(IMPORTED), ours(64, PLENTY))) {
      assertThatThrownBy(() -> open(FakeHookDesk.answeringAtOnce(IMPORTED), ours(64, PLENTY)))
          .hasMessageContaining("another process listens there");
      try (LineClient client = new LineClient(path())) {
        assertThat(client.say("wait\n").hear()).isEqualTo("ok Imported");
      }
      assertThat(first).isNotNull();
    }
  }

  @Test
  void aFileOfAnotherIsLeftAlone() throws IOException {
    Files.writeString(path(), "precious");

    assertThatThrownBy(() -> open(FakeHookDesk.answeringAtOnce(IMPORTED), ours(64, PLENTY)))
        .hasMessageContaining("no socket");
    assertThat(path()).hasContent("precious");
  }

  @Test
  void withoutAFolderTheMessageNamesIt() {
    Path missing = folder.resolve("missing");

    assertThatThrownBy(
            () ->
                HookSocket.open(
                    missing.resolve("s"),
                    SocketAccess.DEFAULTS,
                    FakeHookDesk.answeringAtOnce(IMPORTED),
                    faults::add,
                    watchdog))
        .hasMessageContaining("there is no folder " + missing);
  }

  @Test
  void aPathThatIsTooLongSaysSo() {
    assertThatThrownBy(
            () ->
                HookSocket.open(
                    folder.resolve("x".repeat(108)),
                    SocketAccess.DEFAULTS,
                    FakeHookDesk.answeringAtOnce(IMPORTED),
                    faults::add,
                    watchdog))
        .hasMessageContaining("107");
  }

  private void assertRefused(String line, SocketFault fault) throws IOException {
    faults.clear();
    FakeHookDesk desk = FakeHookDesk.answeringAtOnce(IMPORTED);
    try (HookSocket socket = open(desk, ours(64, PLENTY))) {
      try (LineClient client = new LineClient(path())) {
        sayAsFarAsHeard(client, line);
        assertThat(client.hear()).isNull();
      }
      await("counted").until(() -> faults.equals(List.of(fault)));
      assertThat(desk.asked).isEmpty();
      // and the next one is served
      try (LineClient next = new LineClient(path())) {
        assertThat(next.say("wait\n").hear()).isEqualTo("ok Imported");
      }
      assertThat(socket).isNotNull();
    }
  }

  private static void sayAsFarAsHeard(LineClient client, String line) {
    try {
      client.say(line);
    } catch (IOException e) {
      // EPIPE: the agent had heard enough.
      assertThat(line.length()).isGreaterThan(512);
    }
  }

  private HookSocket open(FakeHookDesk desk, SocketAccess access) throws IOException {
    return HookSocket.open(path(), access, desk, faults::add, watchdog);
  }

  private SocketAccess ours(int maxConnections, Duration lineTimeout) throws IOException {
    return new SocketAccess(Set.of(uid()), maxConnections, lineTimeout);
  }

  private int uid() throws IOException {
    return (int) Files.getAttribute(folder, "unix:uid");
  }

  private Path path() {
    return folder.resolve("hook.sock");
  }
}
