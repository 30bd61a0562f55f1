package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault of Cilium's agent has its own reason, and none holds a caller for ever. */
class ApiFaultsTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(100);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "EXPORT_BREAKS_OFF, TRUNCATED, ended the connection early",
    "EXPORT_IS_UNEVEN, UNEVEN, '75 bytes, which is no multiple of 68'",
    "EXPORT_HAS_NO_VERSION, VERSION_MISSING, no header Cilium-Conntrack-Export-Version",
    "EXPORT_HAS_VERSION_2, VERSION_UNKNOWN, 'version \"2\" of the records, known is 1'",
    "EXPORT_IS_HUGE, OVERSIZED, more than 8912896 bytes",
    "HAS_NO_SUCH_CALL, NOT_OFFERED, use the backend cilium-bpf",
    "REJECTS_ALL, REJECTED, 'status 400, \"invalid\"'",
    "FAILS, FAILED, 'status 500, \"\"out of luck\"\"'",
    "SPEAKS_NO_HTTP, UNINTELLIGIBLE, is no HTTP",
    "NAMES_NO_CLOCK, CLOCK_UNKNOWN, names no clock source",
  })
  void eachFaultHasItsReason(InMemoryCiliumAgent.Fault wrong, ApiFault fault, String text)
      throws Exception {
    try (InMemoryCiliumAgent agent = InMemoryCiliumAgent.at(socket())) {
      agent.maps().put(Examples.OUT, Examples.OUT_VALUE);
      CiliumApiTable table = CiliumApiTable.open(socket(), LONG);
      agent.has(wrong);

      CiliumApiException thrown = failure(() -> snapshot(table));

      assertThat(thrown.fault()).isEqualTo(fault.ofTable());
      assertThat(thrown).hasMessageStartingWith(fault.text() + ": ").hasMessageContaining(text);
      assertThat(thrown.getMessage()).doesNotContain("\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"HANGS", "HANGS_WITHIN_EXPORT"})
  void aHungAgentIsLeftAlone(InMemoryCiliumAgent.Fault wrong) throws Exception {
    try (InMemoryCiliumAgent agent = InMemoryCiliumAgent.at(socket())) {
      agent.maps().put(Examples.OUT, Examples.OUT_VALUE);
      agent.has(wrong);
      CiliumApi api = new CiliumApi(socket(), SHORT);

      CiliumApiException thrown = failure(() -> api.export((Inet4Address) Examples.VM));

      assertThat(thrown.fault()).isEqualTo(TableFault.API_HUNG);
      assertThat(thrown).hasMessageContaining("no whole answer").hasMessageContaining("100ms");
    }
  }

  @Test
  void aSocketThatNobodyAcceptsFromHoldsNobody() throws Exception {
    try (ServerSocketChannel deaf = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      deaf.bind(UnixDomainSocketAddress.of(socket()), 1);
      List<SocketChannel> queue = fill();

      CiliumApiException thrown = failure(() -> CiliumApiTable.open(socket(), LONG));

      assertThat(thrown.fault()).isEqualTo(TableFault.API_HUNG);
      assertThat(thrown).hasMessageContaining("does not accept");
      for (SocketChannel waiting : queue) {
        waiting.close();
      }
    }
  }

  @Test
  void anAbsentSocketIsNamed() {
    CiliumApiException thrown = failure(() -> CiliumApiTable.open(socket(), LONG));

    assertThat(thrown.fault()).isEqualTo(TableFault.API_ABSENT);
    assertThat(thrown).hasMessageContaining("there is no " + socket());
  }

  @Test
  void aSocketThatWasLeftBehindIsNoAgent() throws Exception {
    InMemoryCiliumAgent.at(socket()).close();

    CiliumApiException thrown = failure(() -> CiliumApiTable.open(socket(), LONG));

    assertThat(thrown.fault()).isEqualTo(TableFault.API_ABSENT);
    assertThat(thrown).hasMessageContaining("nobody listens at " + socket());
  }

  @Test
  void afterARestartTheNextCallWorks() throws Exception {
    InMemoryCiliumAgent first = InMemoryCiliumAgent.at(socket());
    CiliumApiTable table = CiliumApiTable.open(socket(), LONG);
    first.close();
    Files.delete(socket());

    try (InMemoryCiliumAgent second = InMemoryCiliumAgent.at(socket())) {
      assertThat(table.fill().entries()).isZero();
      assertThat(second.calls()).isEqualTo(1);
    }
  }

  @Test
  void onlySoManyCallsAreUnderWayAtATime() throws Exception {
    ExecutorService callers = Executors.newCachedThreadPool();
    try (InMemoryCiliumAgent agent = InMemoryCiliumAgent.at(socket())) {
      agent.has(InMemoryCiliumAgent.Fault.IS_SLOW);
      CiliumApi api = new CiliumApi(socket(), LONG);
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(callers.submit(() -> api.export((Inet4Address) Examples.VM)));
      }

      await("places taken").atMost(LONG).until(() -> agent.waiting() == AgentCalls.MAX_CONCURRENT);
      agent.hurry();
      for (Future<?> call : calls) {
        assertThat(call.get()).isEqualTo(List.of());
      }

      assertThat(agent.mostAtWork()).isEqualTo(AgentCalls.MAX_CONCURRENT);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void whoFindsNoPlaceInTimeIsTold() throws Exception {
    ExecutorService callers = Executors.newCachedThreadPool();
    try (InMemoryCiliumAgent agent = InMemoryCiliumAgent.at(socket())) {
      agent.has(InMemoryCiliumAgent.Fault.HANGS);
      CiliumApi api = new CiliumApi(socket(), Duration.ofMillis(500));
      List<Future<CiliumApiException>> calls = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        calls.add(callers.submit(() -> failure(api::health)));
      }

      List<TableFault> faults = new ArrayList<>();
      for (Future<CiliumApiException> call : calls) {
        faults.add(call.get().fault());
      }

      assertThat(faults).contains(TableFault.API_BUSY, TableFault.API_HUNG);
      assertThat(faults).isSubsetOf(TableFault.API_HUNG, TableFault.API_BUSY);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void noDescriptorStaysBehindAfterAFault() throws Exception {
    try (InMemoryCiliumAgent agent = InMemoryCiliumAgent.at(socket())) {
      agent.has(InMemoryCiliumAgent.Fault.HANGS);
      CiliumApi api = new CiliumApi(socket(), Duration.ofMillis(20));
      var first = failure(api::health);
      assertThat(first.fault()).isEqualTo(TableFault.API_HUNG);
      long before = sockets() - agent.waiting();

      for (int i = 0; i < 30; i++) {
        assertThat(failure(api::health).fault()).isEqualTo(TableFault.API_HUNG);
      }

      // It holds its ends for as long as it hangs.
      assertThat(sockets() - agent.waiting()).isLessThanOrEqualTo(before + 2);
    }
  }

  private static long sockets() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(ApiFaultsTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }

  private List<SocketChannel> fill() throws IOException {
    List<SocketChannel> waiting = new ArrayList<>();
    while (true) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.configureBlocking(false);
      waiting.add(channel);
      try {
        if (!channel.connect(UnixDomainSocketAddress.of(socket()))) {
          return waiting;
        }
      } catch (IOException full) {
        return waiting;
      }
    }
  }

  private static Object snapshot(CiliumApiTable table) throws TableException {
    table.snapshot(Set.of(Examples.VM), chunk -> {});
    return table;
  }

  private static CiliumApiException failure(Callable<?> call) {
    return catchThrowableOfType(CiliumApiException.class, call::call);
  }

  private Path socket() {
    return folder.resolve("cilium.sock");
  }
}
