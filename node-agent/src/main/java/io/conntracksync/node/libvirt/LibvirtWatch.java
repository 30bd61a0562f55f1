package io.conntracksync.node.libvirt;

import io.conntracksync.node.session.DomainChange;
import io.conntracksync.node.session.DomainWatcher;
import java.time.Duration;
import java.util.Map;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the node's libvirt, in one thread of its own that does nothing else: a daemon that
 * hangs holds up nobody. Connects when somebody seeks it and keeps the connection; one that is lost
 * or refused is tried again every second, for as long as it is sought. No libvirt is no fault: a
 * node of KubeVirt has none of its own.
 */
public final class LibvirtWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtWatch.class);
  private static final String URI = "uri";

  /** Those who seek say it again twice as often. */
  private static final Duration SOUGHT = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);
  private static final Duration STEP = Duration.ofMillis(20);

  private final String uri;
  private final KnownDomains domains;
  private final Thread thread;

  // All under this object's lock; times by System.nanoTime.
  private State state = State.AWAY;
  private Life life = Life.OPEN;
  private boolean wasSought;
  private long soughtAt;
  private boolean refusalWasTold;

  private enum State {
    AWAY,
    CONNECTED
  }

  private enum Life {
    OPEN,
    CLOSED
  }

  /**
   * @param uri of libvirt, such as {@code qemu:///system}; opened for reading only
   */
  public LibvirtWatch(String uri, DomainWatcher watcher) {
    this.uri = uri;
    this.domains = new KnownDomains(watcher);
    this.thread = new Thread(this::run, "libvirt");
    thread.setDaemon(true);
  }

  /** Loads the client library, and connects when it is sought. */
  public void start() {
    thread.start();
  }

  /** A sync is under way: libvirt is wanted for half a minute from now. Returns at once. */
  public synchronized void seek() {
    wasSought = true;
    soughtAt = System.nanoTime();
    notifyAll();
  }

  public synchronized boolean isConnected() {
    return state == State.CONNECTED;
  }

  /** Waits for a second at most: a daemon that hangs may keep the thread. */
  @Override
  public void close() {
    synchronized (this) {
      life = Life.CLOSED;
      notifyAll();
    }
    long deadline = System.nanoTime() + LAST_PATIENCE.toNanos();
    try {
      while (thread.isAlive() && System.nanoTime() - deadline < 0) {
        if (isConnected()) {
          // Again and again: it may have been about to begin.
          LibvirtConnection.interrupt();
        }
        thread.join(STEP.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      LibvirtConnection.prepare();
      while (awaitSought()) {
        watch();
        rest();
      }
    } catch (LinkageError | LibvirtException e) {
      LOG.atInfo()
          .addKeyValue(URI, uri)
          .setCause(e)
          .log("libvirt's client library cannot be used, its events are not heard");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    try (LibvirtConnection connection = LibvirtConnection.open(uri, domains::heard)) {
      Map<String, DomainChange> present = connection.domains();
      connected();
      domains.found(present);
      while (connection.isUp() && isOpen()) {
        connection.follow();
      }
    } catch (LibvirtException e) {
      refused(e);
    } finally {
      away();
    }
  }

  private synchronized void connected() {
    state = State.CONNECTED;
    refusalWasTold = false;
    LOG.atInfo().addKeyValue(URI, uri).log("libvirt connected");
  }

  private synchronized void away() {
    if (state == State.CONNECTED && life == Life.OPEN) {
      LOG.atInfo().addKeyValue(URI, uri).log("connection to libvirt lost");
    }
    state = State.AWAY;
  }

  private synchronized void refused(LibvirtException cause) {
    (refusalWasTold ? LOG.atDebug() : LOG.atInfo())
        .addKeyValue(URI, uri)
        .addKeyValue("cause", cause.getMessage())
        .log("libvirt not reached, pauses are heard of from gates only");
    refusalWasTold = true;
  }

  private synchronized boolean isOpen() {
    return life == Life.OPEN;
  }

  /** Returns when it is sought; false when nobody will seek it any more. */
  private synchronized boolean awaitSought() throws InterruptedException {
    while (life == Life.OPEN && (!wasSought || System.nanoTime() - soughtAt > SOUGHT.toNanos())) {
      wait();
    }
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
}
