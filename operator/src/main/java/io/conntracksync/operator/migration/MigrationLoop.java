package io.conntracksync.operator.migration;

import io.conntracksync.operator.log.LogKeys;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that attends to migrations, one after the other; several events of a migration that
 * wait are one piece of work. Idle until {@link #activate()}: only the leader makes syncs.
 */
public final class MigrationLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MigrationLoop.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private record Key(String namespace, String name) {}

  private final SyncCreator creator;
  private final Set<Key> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean active = new AtomicBoolean();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "migrations"));

  public MigrationLoop(SyncCreator creator) {
    this.creator = creator;
  }

  /** From now on migrations are attended to; those offered before must be offered again. */
  public void activate() {
    active.set(true);
  }

  /** Something about this migration may have changed. Returns at once. */
  public void offer(String namespace, String migrationName) {
    Key key = new Key(namespace, migrationName);
    if (active.get() && waiting.add(key)) {
      after(Duration.ZERO, key);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.atWarn().log("a migration was still attended to at the stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void after(Duration delay, Key key) {
    try {
      var unused = thread.schedule(() -> attend(key), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.atDebug().setCause(e).log("stopping, migration not attended to");
    }
  }

  private void attend(Key key) {
    waiting.remove(key);
    try {
      if (creator.attend(key.namespace(), key.name()) == SyncCreator.Next.DONE) {
        return;
      }
    } catch (RuntimeException e) {
      // The top of the loop: an API server that is away comes back.
      LOG.atWarn()
          .addKeyValue(LogKeys.MIGRATION, key.namespace() + "/" + key.name())
          .setCause(e)
          .log("migration not attended to, trying again");
    }
    if (waiting.add(key)) {
      after(RETRY, key);
    }
  }
}
