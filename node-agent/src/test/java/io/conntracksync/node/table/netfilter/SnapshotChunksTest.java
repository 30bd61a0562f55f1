package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.TableException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotChunksTest {
  private final List<List<Entry>> taken = new ArrayList<>();
  private final SnapshotChunks chunks = new SnapshotChunks(taken::add);

  @Test
  void aMasterComesBeforeWhatItExpectedHoweverTheyAreRead() throws TableException {
    Flow master = Flows.of(Flows.tcp("10.0.0.1", 1, "10.0.0.2", 21));
    Flow child = Flows.expected(Flows.tcp("10.0.0.1", 2, "10.0.0.2", 20), master.id().original());
    Flow grandchild =
        Flows.expected(Flows.tcp("10.0.0.1", 3, "10.0.0.2", 19), child.id().original());

    chunks.add(grandchild);
    chunks.add(child);
    chunks.add(master);
    chunks.finish();

    assertThat(taken)
        .containsExactly(
            List.of(
                FlowEncoder.encode(master),
                FlowEncoder.encode(child),
                FlowEncoder.encode(grandchild)));
  }

  @Test
  void aFlowThatComesAgainIsHandedOverOnce() throws TableException {
    Flow flow = Flows.of(Flows.tcp("10.0.0.1", 1, "10.0.0.2", 21));

    chunks.add(flow);
    chunks.add(flow);
    chunks.finish();

    assertThat(taken).containsExactly(List.of(FlowEncoder.encode(flow)));
  }

  @Test
  void manyFlowsComeInChunks() throws TableException {
    for (int port = 0; port < 1000; port++) {
      chunks.add(Flows.of(Flows.udp("10.0.0.1", port, "10.0.0.2", 53)));
    }
    chunks.finish();

    assertThat(taken).extracting(List::size).containsExactly(256, 256, 256, 232);
  }

  @Test
  void flowsThatExpectEachOtherComeAnyway() throws TableException {
    Tuple one = Flows.udp("10.0.0.1", 1, "10.0.0.2", 53);
    Tuple other = Flows.udp("10.0.0.1", 2, "10.0.0.2", 53);

    chunks.add(Flows.expected(one, other));
    chunks.add(Flows.expected(other, one));
    chunks.finish();

    assertThat(taken).singleElement().satisfies(chunk -> assertThat(chunk).hasSize(2));
  }
}
