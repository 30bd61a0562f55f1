package io.conntracksync.node.libvirt;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt's event loop, of which a process has one: it reads for all connections and hands on, in
 * one thread of its own, what they tell. Nothing in it waits for a single libvirt.
 */
public final class LibvirtLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtLoop.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);
  private static final Duration STEP = Duration.ofMillis(20);

  private final Thread thread = new Thread(this::run, "libvirt-events");
  private final CountDownLatch loaded = new CountDownLatch(1);

  // Under this object's lock.
  private Library library = Library.UNKNOWN;
  private Life life = Life.OPEN;

  private enum Library {
    UNKNOWN,
    USABLE,
    UNUSABLE
  }

  private enum Life {
    OPEN,
    CLOSED
  }

  public LibvirtLoop() {
    thread.setDaemon(true);
  }

  /** Loads the client library; without one, nothing is heard of any libvirt, and that is said. */
  public void start() {
    thread.start();
  }

  /** Whether connections can be made; waits until that is known. */
  boolean awaitUsable() throws InterruptedException {
    loaded.await();
    synchronized (this) {
      return library == Library.USABLE;
    }
  }

  private void run() {
    try {
      LibvirtConnection.prepare();
      found(Library.USABLE);
    } catch (LinkageError | LibvirtException e) {
      found(Library.UNUSABLE);
      LOG.atInfo()
          .setCause(e)
          .log("libvirt's client library cannot be used, its events are not heard");
      return;
    }
    try {
      while (isOpen()) {
        turn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void found(Library state) {
    library = state;
    loaded.countDown();
  }

  private void turn() throws InterruptedException {
    try {
      LibvirtConnection.handOnEvents();
    } catch (LibvirtException e) {
      LOG.atWarn().setCause(e).log("libvirt's event loop failed, it is tried again");
      rest();
    }
  }

  private synchronized boolean isOpen() {
    return life == Life.OPEN;
  }

  private synchronized void rest() throws InterruptedException {
    long until = System.nanoTime() + RETRY.toNanos();
    for (long left = RETRY.toNanos();
        life == Life.OPEN && left > 0;
        left = until - System.nanoTime()) {
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
  }

  /** Waits for a second at most. */
  @Override
  public void close() {
    synchronized (this) {
      life = Life.CLOSED;
      notifyAll();
    }
    long deadline = System.nanoTime() + LAST_PATIENCE.toNanos();
    try {
      while (thread.isAlive() && System.nanoTime() - deadline < 0) {
        if (loaded.getCount() == 0) {
          // Again and again: it may have been about to begin.
          LibvirtConnection.interrupt();
        }
        thread.join(STEP.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
