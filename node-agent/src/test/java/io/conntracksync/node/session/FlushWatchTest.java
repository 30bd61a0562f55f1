package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.table.FakeTable;
import io.conntracksync.node.table.FakeTable.Plugin;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Nobody measures time here: what does not return hangs the test. */
class FlushWatchTest {
  private final FakeTable table = new FakeTable();
  private final FlushWatch watch = new FlushWatch(table, Set.of(FakeTable.address("10.0.0.5")));

  @Test
  void whereNothingIsToComeNothingIsWaitedFor() {
    watch.beforeApplying();

    assertThat(watch.hasCome()).isFalse();
  }

  @Test
  void entriesWaitForTheFlushAndNeedNotBePutBack() {
    table.plugin(Plugin.AT_WORK);
    CompletableFuture<Void> applying = CompletableFuture.runAsync(watch::beforeApplying);

    table.plugin(Plugin.DONE);

    await().until(applying::isDone);
    assertThat(watch.hasCome()).isFalse();
  }

  @Test
  void whatIsAppliedInAHurryIsPutBackOnce() {
    table.plugin(Plugin.AT_WORK);
    watch.hurry();

    watch.beforeApplying();

    assertThat(watch.hasCome()).as("not yet").isFalse();
    table.plugin(Plugin.DONE);
    assertThat(watch.hasCome()).isTrue();
    assertThat(watch.hasCome()).isFalse();
  }

  @Test
  void aHookThatComesEndsTheWait() {
    table.plugin(Plugin.AT_WORK);
    CompletableFuture<Void> applying = CompletableFuture.runAsync(watch::beforeApplying);

    watch.hurry();

    await().until(applying::isDone);
    table.plugin(Plugin.DONE);
    assertThat(watch.hasCome()).isTrue();
  }

  @Test
  void aFlushThatDoesNotComeIsNotWaitedForForEver() {
    table.plugin(Plugin.AT_WORK);

    watch.beforeApplying();
    watch.beforeApplying();

    assertThat(watch.hasCome()).isFalse();
  }
}
