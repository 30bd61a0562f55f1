package io.conntracksync.node.agent;

import static io.conntracksync.node.agent.SyncBench.DOMAIN;
import static io.conntracksync.node.agent.SyncBench.PEER;
import static io.conntracksync.node.agent.SyncBench.UUID;
import static io.conntracksync.node.agent.SyncBench.VM;
import static io.conntracksync.node.agent.SyncBench.last;
import static io.conntracksync.node.agent.SyncBench.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.gatekeeping.GateSockets;
import io.conntracksync.node.gatekeeping.LineClient;
import io.conntracksync.node.gatekeeping.SocketAccess;
import io.conntracksync.node.gatekeeping.SocketFault;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.PauseOutcome;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncOrder.DeadlinePolicy;
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

/** A gate at real unix sockets, asking the source's sessions. */
class GatedSessionsTest {
  private static final Duration LONG = Duration.ofSeconds(5);
  private static final SyncOrder ORDER = order(LONG, DeadlinePolicy.IGNORE);

  @TempDir private Path folder;

  private final List<SocketFault> faults = new CopyOnWriteArrayList<>();
  private final SyncBench bench =
      new SyncBench(new FakeTable(), new FakeTable(), new SessionLimits(1, 10_000, LONG));
  private GateSockets gates;
  private GatedSessions sessions;

  @BeforeEach
  void open() throws IOException {
    gates =
        new GateSockets(
            folder,
            new SocketAccess(Set.of((int) Files.getAttribute(folder, "unix:uid")), 4, LONG),
            new SessionGateDesk(bench.source()),
            faults::add,
            bench.timer());
    sessions = new GatedSessions(bench.source(), gates);
  }

  @AfterEach
  void close() {
    gates.close();
    bench.close();
  }

  @Test
  void theGateOfASyncIsOpenFromItsStartToItsEnd() throws IOException {
    assertThat(folder).isEmptyDirectory();

    sessions.assigned(ORDER, bench.endpoint);
    sessions.assigned(ORDER, bench.endpoint);

    try (LineClient gate = new LineClient(folder.resolve(DOMAIN))) {
      gate.say("pause " + DOMAIN + " " + UUID + "\n");
      assertThat(gate.hear()).matches("hold [0-9]+|ok [A-Za-z]+");
    }

    sessions.concluded(ORDER, Conclusion.KEEP);

    assertThat(folder).isEmptyDirectory();
    assertThat(faults).doesNotContain(SocketFault.MALFORMED, SocketFault.FOREIGN_PEER);
  }

  @Test
  void aSyncThatIsOverOpensNoGateAgain() {
    sessions.assigned(ORDER, bench.endpoint);
    sessions.concluded(ORDER, Conclusion.KEEP);

    sessions.assigned(ORDER, bench.endpoint);

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aPauseIsHeldUntilTheTargetHasEverythingAndTheStatusLearnsOfIt() throws IOException {
    bench.sourceTable.holding(FakeTable.flows(VM, PEER, 50));
    bench.target().assigned(ORDER, bench.endpoint);
    sessions.assigned(ORDER, bench.endpoint);

    try (LineClient gate = new LineClient(folder.resolve(DOMAIN))) {
      gate.say("pause " + DOMAIN + " " + UUID + "\n");
      assertThat(gate.hear()).isEqualTo("hold 1000");
      assertThat(gate.hear()).isEqualTo("ok Drained");
    }

    assertThat(bench.targetTable.keys()).hasSize(50);
    await("said")
        .until(
            () ->
                last(bench.sourceProgress)
                    .flatMap(SourceProgress::switchover)
                    .map(SourceProgress.Switchover::outcome)
                    .equals(Optional.of(PauseOutcome.DRAINED)));
  }
}
