package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.FakeTable;
import io.conntracksync.node.transfer.PublishedByHand;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionRehearsalTest {
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final FakeTable source = new FakeTable();
  private final FakeTable target = new FakeTable();
  private final SessionRehearsal rehearsal =
      new SessionRehearsal(
          source,
          target,
          PublishedByHand.loopback(timer, Duration.ofSeconds(5)),
          timer,
          FakeTable.address(SyncBench.VM));

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void afterwardsTheTargetIsAsItWas() throws IOException {
    source.holding(FakeTable.flows(SyncBench.VM, SyncBench.PEER, 5));

    rehearsal.play();

    assertThat(source.keys()).hasSize(5);
    assertThat(target.keys()).isEmpty();
  }

  @Test
  void aSyncThatComesToNoEndIsGivenUp() {
    source.fail("EPERM");

    assertThatThrownBy(rehearsal::play)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("came to no end");
  }
}
