package io.conntracksync.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.product.AgentProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A VM with nearly as many connections as a sync may have: both agents have the memory for it. */
final class FullSyncRootIT {
  private static final String VM = "10.30.0.85";
  private static final int ENTRIES = 99_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A source looks at its entries every 10 s where the kernel does not tell of all changes. */
  private static final Duration TWO_LOOKS = Duration.ofSeconds(22);

  private static Stage stage;
  private static Node source;
  private static Node target;

  @BeforeAll
  static void set() {
    stage = Stage.set("full-sync");
    source = stage.cluster().bed().nodeA();
    target = stage.cluster().bed().nodeB();
    source
        .command("conntrack", "-R", "-")
        .reading(
            IntStream.range(0, ENTRIES)
                .mapToObj(FullSyncRootIT::entry)
                .collect(Collectors.joining("\n", "", "\n")))
        .run();
  }

  @AfterAll
  static void clear() {
    stage.close();
  }

  /** Datagrams that were answered, long-lived: none of them is seen to change meanwhile. */
  private static String entry(int number) {
    return "-A -s 198.18.%d.%d -d %s -p udp --sport %d --dport 53 -u SEEN_REPLY,ASSURED -t 80000"
        .formatted(number >> 16, number >> 8 & 0xff, VM, 1024 + (number & 0xff));
  }

  @Test
  void bothAgentsLiveThroughIt() {
    List<AgentProcess> agents = List.of(stage.agentOf(source), stage.agentOf(target));
    SyncByHand.create(stage.cluster(), "full", "full", source, target, VM);

    stage.awaitSync("full", "is imported", status -> status.phase() == Phase.IMPORTED);
    assertThat(entriesOnTarget()).isEqualTo(ENTRIES);
    pass(TWO_LOOKS);
    assertThat(agents).as("nobody has run out of memory").allMatch(AgentProcess::isAlive);
    assertThat(stage.cluster().sync("full").orElseThrow().getStatus().phase())
        .isEqualTo(Phase.IMPORTED);

    SyncByHand.removeAll(stage.cluster());

    Awaitility.await("all of it is taken out again")
        .atMost(PATIENCE)
        .until(() -> entriesOnTarget() == 0);
    assertThat(agents).as("nobody has run out of memory").allMatch(AgentProcess::isAlive);
  }

  private static int entriesOnTarget() {
    return Math.toIntExact(
        target
            .command("conntrack", "-L", "-d", VM)
            .run()
            .lines()
            .filter(line -> line.contains("dst=" + VM))
            .count());
  }

  private static void pass(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
