package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.TableException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ComparedChangesTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final ComparedChanges changes =
      new ComparedChanges(keys -> new Delta(List.of(), new HashSet<>(keys)));

  @Test
  void aWaitEndsWithItsTimeAndTellsNothing() throws TableException {
    assertThat(changes.await(Duration.ofMillis(1))).isEqualTo(Delta.NOTHING);
    assertThat(changes.await(Duration.ZERO)).isEqualTo(Delta.NOTHING);
    assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
    assertThat(changes.coverage()).isEqualTo(EventCoverage.NONE);
  }

  @Test
  void aWakeEndsThisWaitOrTheNextOne() throws TableException {
    changes.wake();
    assertThat(changes.await(LONG)).isEqualTo(Delta.NOTHING);

    CompletableFuture<?> waiting = waiting();
    changes.wake();
    waiting.join();
  }

  @Test
  void anEndEndsTheWaitAndEverythingElse() {
    CompletableFuture<?> waiting = waiting();

    changes.close();
    changes.wake();

    assertThatThrownBy(waiting::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("the stream of changes is closed");
    assertThatThrownBy(changes::drain).isInstanceOf(TableException.class);
    assertThatThrownBy(() -> changes.look(List.of())).isInstanceOf(TableException.class);
  }

  @Test
  void aLookAsksTheTable() throws TableException {
    assertThat(changes.look(List.of(Examples.OUT.key().encode())).removed()).hasSize(1);
  }

  private CompletableFuture<?> waiting() {
    return CompletableFuture.runAsync(
        () -> {
          try {
            changes.await(LONG);
          } catch (TableException e) {
            throw new CompletionException(e);
          }
        });
  }
}
