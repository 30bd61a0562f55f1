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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real unix sockets, with the kernel's word on the peer. */
class GateSocketsTest {
  private static final String UUID = "5f0f3a52-7f8a-4d0e-9d6f-1c2b3a4d5e6f";

  @TempDir private Path parent;

  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
  private final List<SocketFault> faults = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private Pending<GateAnswer> pending = Pending.ready(new GateAnswer("Drained"));
  private Path folder;
  private GateSockets gates;

  @BeforeEach
  void prepare() throws IOException {
    folder = parent.resolve("gate");
    gates = gatesFor((int) Files.getAttribute(parent, "unix:uid"));
    gates.prepare();
  }

  @AfterEach
  void stop() {
    gates.close();
    watchdog.shutdownNow();
  }

  @Test
  void aDomainHasASocketAsLongAsItsSync() throws IOException {
    assertThat(folder).isEmptyDirectory();

    gates.open("my vm", "u1");

    assertThat(ask("my vm", "pause my vm " + UUID)).isEqualTo("ok Drained");
    assertThat(asked).containsExactly("my vm " + UUID);

    gates.close("my vm", "u1");

    assertThat(folder).isEmptyDirectory();
    assertThat(faults).isEmpty();
  }

  @Test
  void aPauseIsAskedAboutTwiceAndAnsweredTwice() throws IOException {
    gates.open("vm", "u1");

    assertThat(ask("vm", "pause vm " + UUID)).isEqualTo("ok Drained");
    assertThat(ask("vm", "pause vm -")).isEqualTo("ok Drained");
    assertThat(asked).containsExactly("vm " + UUID, "vm -");
  }

  @Test
  void anAnswerThatTakesTimeIsPromisedWithinWhatAGateWaits() throws IOException {
    CompletableFuture<GateAnswer> answer = new CompletableFuture<>();
    pending = later(Duration.ofSeconds(3), answer);
    gates.open("vm", "u1");

    try (LineClient gate = new LineClient(folder.resolve("vm"))) {
      assertThat(gate.say("pause vm " + UUID + "\n").hear()).isEqualTo("hold 1000");
      answer.complete(new GateAnswer("DeadlineExceeded"));
      assertThat(gate.hear()).isEqualTo("ok DeadlineExceeded");
      assertThat(gate.hear()).isNull();
    }
  }

  @Test
  void aDomainThatTwoSyncsSpeakOfKeepsItsSocketUntilBothAreOver() throws IOException {
    gates.open("vm", "u1");
    gates.open("vm", "u2");
    gates.open("vm", "u2");

    gates.close("vm", "u1");
    gates.close("vm", "u1");
    assertThat(ask("vm", "pause vm -")).isEqualTo("ok Drained");

    gates.close("vm", "u2");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whoWaitsWhenTheSyncEndsGoesOnAtOnce() throws IOException {
    pending = later(Duration.ofSeconds(1), new CompletableFuture<>());
    gates.open("vm", "u1");
    try (LineClient gate = new LineClient(folder.resolve("vm"))) {
      assertThat(gate.say("pause vm -\n").hear()).isEqualTo("hold 1000");

      gates.close("vm", "u1");

      assertThat(gate.hear()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"pause other -", "pause vm", "wait vm -", "incoming vm -", "wait", "", "pause"})
  void onlyAPauseOfThisDomainIsAnswered(String question) throws IOException {
    gates.open("vm", "u1");

    assertThat(ask("vm", question)).isNull();

    await("counted").until(() -> faults.equals(List.of(SocketFault.MALFORMED)));
    assertThat(asked).isEmpty();
  }

  @Test
  void aForeignUserIsNotAnswered() throws IOException {
    try (GateSockets others = gatesFor((int) Files.getAttribute(parent, "unix:uid") + 1)) {
      others.open("vm", "u1");
      try (LineClient gate = new LineClient(folder.resolve("vm"))) {
        assertThat(gate.hear()).isNull();
      }
      await("counted").until(() -> faults.equals(List.of(SocketFault.FOREIGN_PEER)));
      assertThat(asked).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../vm", "a/b", "/vm", ".vm", "caf\u00e9", "a\nb", "a\0b"})
  void aNameThatIsNoNameOfAFileHasNoGate(String domain) throws IOException {
    gates.open(domain, "u1");

    assertThat(folder).isEmptyDirectory();
    try (var around = Files.list(parent)) {
      assertThat(around).containsExactly(folder);
    }
    gates.close(domain, "u1");
  }

  @Test
  void theLongestNameHasAGateAndALongerOneHasNone() {
    gates.open("n".repeat(65), "u1");
    assertThat(folder).isEmptyDirectory();

    gates.open("n".repeat(64), "u1");
    assertThat(folder.resolve("n".repeat(64))).exists();
  }

  @Test
  void aSocketThatCannotBeMadeFailsOpen() throws IOException {
    Files.writeString(folder.resolve("vm"), "precious");

    gates.open("vm", "u1");
    gates.close("vm", "u1");

    assertThat(folder.resolve("vm")).hasContent("precious");
  }

  @Test
  void whatAKilledAgentLeftIsTakenAwayAndNothingElse() throws IOException {
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(folder.resolve("left")));
    }
    Files.writeString(folder.resolve("file"), "precious");
    gates.open("vm", "u1");

    gates.prepare();

    assertThat(folder.resolve("left")).doesNotExist();
    assertThat(folder.resolve("file")).hasContent("precious");
    assertThat(ask("vm", "pause vm -")).isEqualTo("ok Drained");
  }

  @Test
  void everyLibvirtMaySearchTheFolder() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void withoutAPlaceForTheFolderTheMessageSaysSo() {
    folder = parent.resolve("missing").resolve("gate");

    assertThatThrownBy(() -> gatesFor(0).prepare()).hasMessageContaining("there is no folder");
  }

  private GateSockets gatesFor(int uid) {
    return new GateSockets(
        folder,
        new SocketAccess(Set.of(uid), 4, Duration.ofSeconds(5)),
        (domain, uuid) -> {
          asked.add(domain + " " + uuid);
          return pending;
        },
        faults::add,
        watchdog);
  }

  private String ask(String domain, String question) throws IOException {
    try (LineClient gate = new LineClient(folder.resolve(domain))) {
      return gate.say(question + "\n").hear();
    }
  }

  private static Pending<GateAnswer> later(Duration hold, CompletionStage<GateAnswer> answer) {
    return new Pending<>() {
      @Override
      public Optional<Duration> hold() {
        return Optional.of(hold);
      }

      @Override
      public CompletionStage<GateAnswer> answer() {
        return answer;
      }

      @Override
      public void forget() {
        // The answer is this test's.
      }
    };
  }
}
