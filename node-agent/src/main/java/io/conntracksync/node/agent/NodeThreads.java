package io.conntracksync.node.agent;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * The threads that keep time for sessions, connections and hooks. Apart from those that wait for
 * the API server: a deadline must not stand behind a slow answer.
 */
final class NodeThreads implements AutoCloseable {
  private static final int THREADS = 2;

  private final ScheduledThreadPoolExecutor executor;

  NodeThreads() {
    executor =
        new ScheduledThreadPoolExecutor(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "timer");
              thread.setDaemon(true);
              return thread;
            },
            // After the end there is nothing left to be in time for.
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
  }

  ScheduledExecutorService executor() {
    return executor;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
