package io.conntracksync.node.agent;

import static io.conntracksync.node.agent.SyncBench.DOMAIN;
import static io.conntracksync.node.agent.SyncBench.PEER;
import static io.conntracksync.node.agent.SyncBench.UUID;
import static io.conntracksync.node.agent.SyncBench.VM;
import static io.conntracksync.node.agent.SyncBench.last;
import static io.conntracksync.node.agent.SyncBench.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.gatekeeping.HookSocket;
import io.conntracksync.node.gatekeeping.LineClient;
import io.conntracksync.node.gatekeeping.SocketAccess;
import io.conntracksync.node.gatekeeping.SocketFault;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncOrder.DeadlinePolicy;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetProgress.HookAnswer.Outcome;
import io.conntracksync.node.table.FakeTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hook at a real unix socket, sessions over real TCP. */
class SessionHookDeskTest {
  private static final String WAIT = "wait " + DOMAIN + " " + UUID + "\n";
  private static final String INCOMING = "incoming " + DOMAIN + " " + UUID + "\n";
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(5);

  @TempDir private Path folder;

  private final List<SocketFault> faults = new CopyOnWriteArrayList<>();
  private final SyncBench bench =
      new SyncBench(new FakeTable(), new FakeTable(), new SessionLimits(4, 10_000, LONG));
  private HookSocket socket;

  @BeforeEach
  void openTheSocket() throws IOException {
    bench.sourceTable.holding(FakeTable.flows(VM, PEER, 50));
    socket =
        HookSocket.open(
            folder.resolve("hook"),
            new SocketAccess(Set.of((int) Files.getAttribute(folder, "unix:uid")), 8, LONG),
            new SessionHookDesk(bench.target()),
            faults::add,
            bench.timer());
  }

  @AfterEach
  void closeAll() throws IOException {
    socket.close();
    bench.close();
  }

  @Test
  void theHookIsHeldUntilTheEntriesAreThere() throws IOException {
    bench.target().assigned(order(LONG, DeadlinePolicy.IGNORE), bench.endpoint);
    try (LineClient hook = hook(WAIT)) {
      assertThat(hook.hear()).isEqualTo("hold 5000");

      bench.source().assigned(order(LONG, DeadlinePolicy.IGNORE), bench.endpoint);

      assertThat(hook.hear()).isEqualTo("ok Imported");
      assertThat(bench.targetTable.keys()).hasSize(50);
      assertThat(hook.hear()).isNull();
    }
    await("said").until(() -> outcome().equals(Optional.of(Outcome.IMPORTED)));
  }

  @Test
  void whatIsImportedIsAnsweredAtOnce() throws IOException {
    bench.target().assigned(order(LONG, DeadlinePolicy.IGNORE), bench.endpoint);
    bench.source().assigned(order(LONG, DeadlinePolicy.IGNORE), bench.endpoint);
    await("imported").until(() -> bench.imported().equals("Imported"));

    try (LineClient hook = hook(WAIT);
        LineClient reference = hook("wait\n")) {
      assertThat(hook.hear()).isEqualTo("ok Imported");
      assertThat(reference.hear()).isEqualTo("ok Imported");
    }
  }

  @Test
  void aDeadlineFailsOpen() throws IOException {
    bench.target().assigned(order(SHORT, DeadlinePolicy.IGNORE), bench.endpoint);
    try (LineClient hook = hook(WAIT)) {
      assertThat(hook.hear()).isEqualTo("hold 50");
      assertThat(hook.hear()).isEqualTo("ok DeadlineExceeded");
    }
    await("said").until(() -> outcome().equals(Optional.of(Outcome.DEADLINE_EXCEEDED)));
  }

  @Test
  void aDeadlineOfNothingIsOverAtOnce() throws IOException {
    bench.target().assigned(order(Duration.ZERO, DeadlinePolicy.IGNORE), bench.endpoint);
    try (LineClient hook = hook(WAIT)) {
      assertThat(hook.hear()).isEqualTo("ok DeadlineExceeded");
    }
  }

  @Test
  void aDeadlineAbortsWhereThatIsWanted() throws IOException {
    bench.target().assigned(order(SHORT, DeadlinePolicy.ABORT), bench.endpoint);
    try (LineClient hook = hook(WAIT)) {
      assertThat(hook.hear()).isEqualTo("hold 50");
      assertThat(hook.hear())
          .startsWith("abort the connection entries of ns/migration were not imported within 50");
    }
  }

  @Test
  void anOrdinaryStartIsNotHeld() throws IOException {
    try (LineClient hook = hook(WAIT);
        LineClient reference = hook("wait\n")) {
      assertThat(hook.hear()).isEqualTo("ok NotMigrating");
      assertThat(reference.hear()).isEqualTo("ok NotMigrating");
    }
  }

  @Test
  void aHookBeforeItsSyncWaitsForIt() throws IOException {
    SyncOrder order = order(LONG, DeadlinePolicy.IGNORE);
    try (LineClient announcement = hook(INCOMING)) {
      assertThat(announcement.hear()).isEqualTo("ok");
    }
    try (LineClient hook = hook(WAIT)) {
      assertThat(hook.hear()).isEqualTo("hold 5000");

      bench.target().assigned(order, bench.endpoint);
      bench.source().assigned(order, bench.endpoint);

      assertThat(hook.hear()).isEqualTo("ok Imported");
    }
  }

  @Test
  void aHookWhoseSyncDoesNotComeGoesOnAndALateSyncSaysSo() throws IOException {
    SessionLimits impatient = new SessionLimits(4, 10, SHORT);
    try (SyncBench other = new SyncBench(new FakeTable(), new FakeTable(), impatient)) {
      socket.close();
      socket =
          HookSocket.open(
              folder.resolve("hook"),
              new SocketAccess(Set.of((int) Files.getAttribute(folder, "unix:uid")), 8, LONG),
              new SessionHookDesk(other.target()),
              faults::add,
              bench.timer());
      try (LineClient announcement = hook(INCOMING)) {
        assertThat(announcement.hear()).isEqualTo("ok");
      }
      try (LineClient hook = hook("wait\n")) {
        assertThat(hook.hear()).isEqualTo("hold 50");
        assertThat(hook.hear()).isEqualTo("ok NoSync");
      }

      other.target().assigned(order(LONG, DeadlinePolicy.IGNORE), other.endpoint);

      await("the late sync says that its hook waited in vain")
          .until(
              () ->
                  last(other.targetProgress)
                      .flatMap(TargetProgress::hook)
                      .map(TargetProgress.HookAnswer::outcome)
                      .equals(Optional.of(Outcome.DEADLINE_EXCEEDED)));
    }
  }

  @Test
  void aMigrationThatEndsLetsItsHookGo() throws IOException {
    SyncOrder order = order(LONG, DeadlinePolicy.ABORT);
    bench.target().assigned(order, bench.endpoint);
    try (LineClient hook = hook(WAIT)) {
      assertThat(hook.hear()).isEqualTo("hold 5000");

      bench.target().concluded(order, Conclusion.ROLL_BACK);

      assertThat(hook.hear()).isEqualTo("ok Failed");
    }
  }

  @Test
  void anAgentThatStopsLetsItsHooksGo() throws IOException {
    bench.target().assigned(order(LONG, DeadlinePolicy.ABORT), bench.endpoint);
    try (LineClient hook = hook(WAIT)) {
      assertThat(hook.hear()).isEqualTo("hold 5000");

      bench.restartTarget();

      assertThat(hook.hear()).isNull();
    }
  }

  @Test
  void aHookThatWentIsNotAnswered() throws IOException {
    bench.target().assigned(order(LONG, DeadlinePolicy.IGNORE), bench.endpoint);
    try (LineClient hook = hook(WAIT)) {
      assertThat(hook.hear()).isEqualTo("hold 5000");
    }
    await("counted").until(() -> faults.equals(List.of(SocketFault.GONE)));

    bench.source().assigned(order(LONG, DeadlinePolicy.IGNORE), bench.endpoint);

    await("imported").until(() -> bench.imported().equals("Imported"));
    assertThat(outcome()).isEmpty();
  }

  private LineClient hook(String line) throws IOException {
    return new LineClient(folder.resolve("hook")).say(line);
  }

  private Optional<Outcome> outcome() {
    return last(bench.targetProgress)
        .flatMap(TargetProgress::hook)
        .map(TargetProgress.HookAnswer::outcome);
  }
}
