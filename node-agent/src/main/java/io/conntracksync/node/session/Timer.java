package io.conntracksync.node.session;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does short things later, in the few threads that all sessions share. */
final class Timer {
  private static final Logger LOG = LoggerFactory.getLogger(Timer.class);

  private final ScheduledExecutorService executor;

  Timer(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  void after(Duration duration, Runnable work) {
    try {
      var unused = executor.schedule(() -> guarded(work), duration.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The agent stops: nothing is due any more.
      LOG.atDebug().setCause(e).log("timer is closed, work dropped");
    }
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("timed work failed unexpectedly");
    }
  }
}
