package io.conntracksync.node.transfer;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A deadline for what blocks on a connection and knows none: the connection is closed when it has
 * passed. Closing the watch calls it off.
 */
final class Watch implements AutoCloseable {
  private final Future<?> due;
  private volatile boolean expired;

  Watch(ScheduledExecutorService watchdog, TcpConnection connection, Duration patience) {
    due =
        watchdog.schedule(
            () -> {
              expired = true;
              connection.close();
            },
            patience.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  boolean hasExpired() {
    return expired;
  }

  @Override
  public void close() {
    due.cancel(false);
  }
}
