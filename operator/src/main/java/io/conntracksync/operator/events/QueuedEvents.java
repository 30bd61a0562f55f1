package io.conntracksync.operator.events;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Publishes in a thread of its own: who makes or assigns a sync does not wait for words about it.
 * When too many wait, the newest is lost and {@code lost} is told.
 */
public final class QueuedEvents implements EventSink, AutoCloseable {
  private static final int MOST_WAITING = 1000;
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final EventSink sink;
  private final Runnable lost;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          work -> new Thread(work, "events"));

  public QueuedEvents(EventSink sink, Runnable lost) {
    this.sink = sink;
    this.lost = lost;
  }

  @Override
  public void publish(Subject subject, Notice notice) {
    try {
      thread.execute(() -> sink.publish(subject, notice));
    } catch (RejectedExecutionException full) {
      lost.run();
    }
  }

  /** What waits is still said, if that takes no longer than a moment. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow().forEach(unsaid -> lost.run());
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
