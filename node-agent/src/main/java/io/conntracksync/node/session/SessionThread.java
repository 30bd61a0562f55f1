package io.conntracksync.node.session;

import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The one thread in which a session does what may block, in the order in which it was asked to. It
 * goes when there is nothing to do and comes back when there is.
 */
final class SessionThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SessionThread.class);

  // A state machine has a handful of actions under way at most; more is a fault.
  private static final int QUEUE = 64;
  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor executor;
  private final Map<String, String> context;

  SessionThread(String role, SyncOrder order) {
    this.context =
        Map.of(
            LogKeys.ROLE, role,
            LogKeys.NAMESPACE, order.namespace(),
            LogKeys.NAME, order.name(),
            LogKeys.UID, order.uid());
    this.executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE),
            work -> {
              Thread thread = new Thread(work, role + "-" + order.namespace() + "/" + order.name());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** Does it later; what it throws unexpectedly is logged here and handed on as a sentence. */
  void submit(Runnable work, Consumer<String> onFault) {
    try {
      executor.execute(() -> inContext(() -> guarded(work, onFault)));
    } catch (RejectedExecutionException e) {
      // Closed: whoever asks now comes too late, and late changes nothing.
      LOG.atDebug().setCause(e).log("session is closed, work dropped");
    }
  }

  /** Runs something here and now whose log lines belong to this sync. */
  void inContext(Runnable work) {
    Map<String, String> before = MDC.getCopyOfContextMap();
    context.forEach(MDC::put);
    try {
      work.run();
    } finally {
      if (before == null) {
        MDC.clear();
      } else {
        MDC.setContextMap(before);
      }
    }
  }

  private static void guarded(Runnable work, Consumer<String> onFault) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("session failed unexpectedly");
      onFault.accept("internal error: " + e);
    }
  }

  /** Lets what was asked for before still be done. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
