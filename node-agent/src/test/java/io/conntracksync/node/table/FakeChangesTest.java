package io.conntracksync.node.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The fake keeps the contract of {@link Changes}, so that sessions may rely on it in tests. */
class FakeChangesTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Entry FLOW = FakeTable.flow("10.30.0.100", "192.0.2.9", 1);
  private static final Entry FOREIGN = FakeTable.flow("10.30.0.101", "192.0.2.9", 1);

  private final FakeTable table = new FakeTable();

  @Test
  void tellsEachChangedEntryOnceAndNothingOfOthers() throws TableException {
    try (Changes changes = open()) {
      table.put(FOREIGN);
      table.put(FLOW);
      table.put(FLOW);
      assertThat(changes.await(LONG)).isEqualTo(new Delta(List.of(FLOW), Set.of()));

      table.delete(FLOW.key());
      assertThat(changes.drain()).isEqualTo(new Delta(List.of(), Set.of(FLOW.key())));
      assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
    }
    assertThat(table.openStreams()).isZero();
  }

  @Test
  void saysThatItLostSomething() throws TableException {
    try (Changes changes = open()) {
      table.put(FLOW);
      table.overrun();

      assertThat(changes.drain()).isEqualTo(new Overrun());
      assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
    }
  }

  @Test
  void aWaitEndsWhenWoken() throws Exception {
    try (Changes changes = open()) {
      CompletableFuture<Observation> waiting = waitFor(changes);
      changes.wake();
      assertThat(waiting.get()).isEqualTo(Delta.NOTHING);
    }
  }

  @Test
  void aClosedStreamFails() throws TableException {
    Changes changes = open();
    changes.close();

    assertThatThrownBy(changes::drain).isInstanceOf(TableException.class);
  }

  @Test
  void aTableWithoutEventsTellsNothingButAnswers() throws TableException {
    table.telling(EventCoverage.NONE);
    try (Changes changes = open()) {
      table.put(FLOW);

      assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
      assertThat(changes.look(List.of(FLOW.key())).upserts()).containsExactly(FLOW);
    }
  }

  private Changes open() throws TableException {
    return table.changes(Set.of(FakeTable.address("10.30.0.100")));
  }

  private static CompletableFuture<Observation> waitFor(Changes changes) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return changes.await(LONG);
          } catch (TableException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
