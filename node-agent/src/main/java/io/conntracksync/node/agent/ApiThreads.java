package io.conntracksync.node.agent;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

/** The threads that wait for the API server. */
final class ApiThreads implements AutoCloseable {
  /** So many slow writes at a time do not delay the Lease. */
  private static final int THREADS = 4;

  private static final Duration LAST_WRITES = Duration.ofSeconds(2);

  private final ScheduledThreadPoolExecutor executor;

  ApiThreads() {
    // What comes after the end (a session's last word, a try again) has nowhere to go.
    executor =
        new ScheduledThreadPoolExecutor(
            THREADS, work -> new Thread(work, "api"), new DiscardPolicy());
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
  }

  ScheduledExecutorService executor() {
    return executor;
  }

  /** Writes under way may end, for a moment; the rest is dropped. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (executor.awaitTermination(LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
    }
    executor.shutdownNow();
  }
}
