package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedScanTest {
  private static final int OTHERS = 8;

  private final List<Set<InetAddress>> scans = new CopyOnWriteArrayList<>();
  private final CountDownLatch first = new CountDownLatch(1);
  private final List<Thread> asking = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final SharedScan shared = new SharedScan(this::scan);

  @AfterEach
  void end() {
    first.countDown();
    threads.shutdownNow();
  }

  /** The first scan takes until it is let go; all find one entry. */
  private List<FoundEntry> scan(Set<InetAddress> addresses) throws TableException {
    scans.add(addresses);
    if (addresses.contains(Bytes.address("10.9.9.9"))) {
      throw new TableException("the map is gone");
    }
    try {
      first.await();
    } catch (InterruptedException e) {
      throw new TableException("interrupted", e);
    }
    return List.of(Examples.OUT);
  }

  @Test
  void allWhoComeDuringAScanShareTheNext() {
    CompletableFuture<List<FoundEntry>> leading = ask("10.0.0.1");
    await("the first scan runs").until(() -> scans.size() == 1);
    List<CompletableFuture<List<FoundEntry>>> others = new ArrayList<>();
    for (int i = 0; i < OTHERS; i++) {
      others.add(ask("10.0.1." + i));
    }
    awaitWaiting(OTHERS);

    first.countDown();

    assertThat(leading.join()).containsExactly(Examples.OUT);
    assertThat(others).allSatisfy(other -> assertThat(other.join()).hasSize(1));
    assertThat(scans).hasSize(2);
    assertThat(scans.get(0)).containsExactly(Bytes.address("10.0.0.1"));
    assertThat(scans.get(1)).hasSize(OTHERS);
  }

  @Test
  void whoComesAloneScansAlone() throws TableException {
    first.countDown();

    assertThat(shared.read(Set.of(Bytes.address("10.0.0.1")))).hasSize(1);
    assertThat(shared.read(Set.of(Bytes.address("10.0.0.1")))).hasSize(1);
    assertThat(scans).hasSize(2);
  }

  @Test
  void aScanThatFailsFailsForAllOfItAndForNobodyElse() {
    CompletableFuture<List<FoundEntry>> leading = ask("10.0.0.1");
    await("the first scan runs").until(() -> scans.size() == 1);
    CompletableFuture<List<FoundEntry>> one = ask("10.9.9.9");
    CompletableFuture<List<FoundEntry>> two = ask("10.0.0.2");
    awaitWaiting(2);

    first.countDown();

    assertThat(leading.join()).hasSize(1);
    for (CompletableFuture<?> failed : List.of(one, two)) {
      assertThatThrownBy(failed::join)
          .hasRootCauseInstanceOf(TableException.class)
          .hasStackTraceContaining("the scan for this sync failed: the map is gone");
    }
    assertThat(ask("10.0.0.3").join()).hasSize(1);
  }

  private CompletableFuture<List<FoundEntry>> ask(String address) {
    CompletableFuture<List<FoundEntry>> answer = new CompletableFuture<>();
    threads.execute(
        () -> {
          asking.add(Thread.currentThread());
          try {
            answer.complete(shared.read(Set.of(Bytes.address(address))));
          } catch (TableException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  /** The scanner waits for the latch, the others for the scan. */
  private void awaitWaiting(int others) {
    await("all wait")
        .until(
            () ->
                asking.size() == others + 1
                    && asking.stream()
                        .allMatch(thread -> thread.getState() == Thread.State.WAITING));
  }
}
