package io.conntracksync.node.libvirt;

import io.conntracksync.node.session.DomainChange;
import io.conntracksync.node.session.DomainWatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to one libvirt, in one thread of its own that does nothing else: a daemon that hangs
 * holds up nobody. Connects when somebody seeks it and keeps the connection; one that is lost or
 * refused is tried again every second, for as long as it is sought. No libvirt is no fault: a node
 * of KubeVirt has none of its own.
 */
public final class LibvirtWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtWatch.class);
  private static final String LIBVIRT = "libvirt";

  /** Those who seek say it again twice as often. */
  private static final Duration SOUGHT = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

  /** How often it is looked whether the connection is still there. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final String name;
  private final LibvirtPlace place;
  private final Interest interest;
  private final LibvirtLoop loop;
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
   * @param name of this libvirt, for people
   * @param place where it is; opened for reading only
   * @param interest what it is heard about
   */
  public LibvirtWatch(
      String name, LibvirtPlace place, Interest interest, LibvirtLoop loop, DomainWatcher watcher) {
    this.name = name;
    this.place = place;
    this.interest = interest;
    this.loop = loop;
    this.domains = new KnownDomains(watcher);
    this.thread = new Thread(this::run, "libvirt-" + name);
    thread.setDaemon(true);
  }

  /** Connects when it is sought. */
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

  /** Whether its thread is there; one that a daemon keeps may outlive {@link #release}. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  /** Lets go of the connection, or of the attempt at one. Returns at once. */
  public void release() {
    synchronized (this) {
      life = Life.CLOSED;
      notifyAll();
    }
    thread.interrupt();
  }

  /** The same, and waits for it, for a second at most: a daemon that hangs may keep the thread. */
  @Override
  public void close() {
    release();
    try {
      thread.join(LAST_PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      if (!loop.awaitUsable()) {
        return;
      }
      while (awaitSought()) {
        watch();
        rest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() throws InterruptedException {
    try {
      Optional<LibvirtConnection> found = connect();
      if (found.isPresent()) {
        follow(found.get());
      }
    } catch (IOException | LibvirtException e) {
      refused(e);
    } finally {
      away();
    }
  }

  private Optional<LibvirtConnection> connect() throws IOException, LibvirtException {
    Optional<LibvirtPlace.Way> found = place.find();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (LibvirtPlace.Way way = found.get()) {
      return Optional.of(LibvirtConnection.open(way.uri(), interest));
    }
  }

  private void follow(LibvirtConnection open) throws LibvirtException, InterruptedException {
    try (open) {
      Map<String, DomainChange> present = open.domains();
      connected();
      domains.found(present);
      while (open.isUp() && isOpen()) {
        open.next(LOOK).ifPresent(heard -> domains.heard(heard.domain(), heard.change()));
      }
    }
  }

  private synchronized void connected() {
    state = State.CONNECTED;
    refusalWasTold = false;
    LOG.atInfo().addKeyValue(LIBVIRT, name).log("libvirt connected");
  }

  private synchronized void away() {
    if (state == State.CONNECTED && life == Life.OPEN) {
      LOG.atInfo().addKeyValue(LIBVIRT, name).log("connection to libvirt lost");
    }
    state = State.AWAY;
  }

  private synchronized void refused(Exception cause) {
    if (life == Life.CLOSED) {
      return;
    }
    (refusalWasTold ? LOG.atDebug() : LOG.atInfo())
        .addKeyValue(LIBVIRT, name)
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
