package io.conntracksync.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.backend.NodeBackend;
import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.netfilter.ExampleFlows;
import io.conntracksync.node.table.netfilter.NetfilterTable;
import io.conntracksync.node.transfer.PublishedByHand;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
      new NodeRehearsal(
              new OfNamespace(node), PublishedByHand.loopback(timer, Duration.ofSeconds(5)), timer)
          .play();

      assertThat(node.fill().entries()).isZero();
    }
  }

  /** The backend of a node whose namespace is not this process's. */
  private record OfNamespace(NetfilterTable table) implements NodeBackend {
    @Override
    public String why() {
      return "it is a test";
    }

    @Override
    public Optional<String> advice() {
      return Optional.empty();
    }

    @Override
    public List<Entry> examples(InetAddress peer, InetAddress vm, int connections) {
      return ExampleFlows.between(peer, vm, connections);
    }
  }
}
