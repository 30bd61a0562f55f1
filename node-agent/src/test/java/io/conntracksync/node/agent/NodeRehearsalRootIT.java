package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.table.netfilter.NetfilterTable;
import io.conntracksync.node.transfer.PublishedByHand;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeRehearsalRootIT {
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void realEntriesAreSyncedAndTheNodesOwnTableIsLeftAlone() throws Exception {
    try (NetfilterTable node = NetfilterTable.open(NetworkNamespace.fresh())) {
      new NodeRehearsal(node, PublishedByHand.loopback(timer, Duration.ofSeconds(5)), timer).play();

      assertThat(node.fill().entries()).isZero();
    }
  }
}
