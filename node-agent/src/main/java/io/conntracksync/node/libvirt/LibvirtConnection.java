package io.conntracksync.node.libvirt;

import io.conntracksync.node.session.DomainChange;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.libvirt.event.DomainEvent;
import org.libvirt.event.LifecycleListener;
import org.libvirt.jna.Libvirt.VirErrorCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One read-only connection to libvirt. For one thread, that all calls into libvirt are made from
 * and that may hang with a daemon that does; what libvirt tells comes from {@link LibvirtLoop} and
 * waits here. Where the client library or its bindings' native part cannot be loaded, calls throw
 * {@link LinkageError}.
 */
final class LibvirtConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtConnection.class);

  /** A daemon that hangs is given up after a quarter of a minute. */
  private static final int ALIVE_SECONDS = 5;

  private static final int ALIVE_MISSES = 3;

  /** Of {@code virConnectListAllDomains}: those that are running or paused. */
  private static final int ACTIVE = 1;

  /** By default errors are printed; each comes as an exception as well. Held: libvirt calls it. */
  private static final VirErrorCallback SILENCE = (data, error) -> {};

  /** More that nobody has asked for yet are a thread that stands still, or a flood. */
  private static final int WAITING = 1024;

  private final Connect connect;
  private final Interest interest;
  private final BlockingQueue<Heard> waiting = new ArrayBlockingQueue<>(WAITING);
  private final LifecycleListener listener = this::heard;
  private final AtomicLong left;
  private volatile Life life = Life.UP;

  private enum Life {
    UP,
    LOST
  }

  /** What libvirt told. */
  record Heard(String domain, DomainChange change) {}

  private LibvirtConnection(Connect connect, Interest interest) {
    this.connect = connect;
    this.interest = interest;
    this.left = new AtomicLong(interest.mostChanges());
  }

  /** Loads what is loaded once; an event loop must be there before the first connection. */
  static void prepare() throws LibvirtException {
    Connect.setErrorCallback(SILENCE);
    Library.initEventLoop();
  }

  /**
   * Listens from now on; what is heard waits for {@link #next}. May block for as long as libvirt
   * does.
   */
  static LibvirtConnection open(String uri, Interest interest) throws LibvirtException {
    LibvirtConnection connection = new LibvirtConnection(new Connect(uri, true), interest);
    try {
      connection.listen();
      return connection;
    } catch (LibvirtException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void listen() throws LibvirtException {
    try {
      connect.registerCloseListener((closed, reason) -> life = Life.LOST);
      boolean unused = connect.setKeepAlive(ALIVE_SECONDS, ALIVE_MISSES);
    } catch (LibvirtException e) {
      // A driver within this process has neither, and cannot be lost.
      LOG.atDebug().setCause(e).log("libvirt's driver cannot be lost");
    }
    // Of all domains: the one that a migration will bring is not here yet.
    connect.addLifecycleListener(listener);
  }

  /** The domains of interest that are here, and how each is. */
  Map<String, DomainChange> domains() throws LibvirtException {
    Map<String, DomainChange> found = new HashMap<>();
    for (Domain domain : connect.listAllDomains(ACTIVE)) {
      try {
        String name = domain.getName();
        if (interest.includes(name)) {
          DomainEvents.found(domain.getInfo().state).ifPresent(state -> found.put(name, state));
        }
      } catch (LibvirtException e) {
        // It ended between the two questions: its event says so.
        LOG.atDebug().setCause(e).log("domain is gone");
      } finally {
        free(domain);
      }
    }
    return found;
  }

  /** What was told next, of the domains of interest; empty when nothing was for so long. */
  Optional<Heard> next(Duration atMost) throws InterruptedException {
    return Optional.ofNullable(waiting.poll(atMost.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** False once the connection is lost, or libvirt has told too much. */
  boolean isUp() {
    return life == Life.UP;
  }

  /** Lets libvirt call, in this thread, whoever listens; until somebody interrupts. */
  static void handOnEvents() throws LibvirtException, InterruptedException {
    Library.runEventLoop();
  }

  /** Ends {@link #handOnEvents}, unless that has not begun yet. */
  static void interrupt() {
    try {
      Library.stopEventLoop();
    } catch (LibvirtException e) {
      LOG.atWarn().setCause(e).log("libvirt's event loop cannot be ended");
    }
  }

  /** In the loop's thread, which serves other connections as well. */
  private int heard(Domain domain, DomainEvent event) {
    try {
      String name = domain.getName();
      if (interest.includes(name)) {
        DomainEvents.change(event).ifPresent(change -> keep(new Heard(name, change)));
      }
    } catch (LibvirtException | RuntimeException e) {
      // The next event matters more than this one.
      LOG.atError().setCause(e).log("event of libvirt failed");
    } finally {
      free(domain);
    }
    return 0;
  }

  private void keep(Heard heard) {
    if (left.getAndDecrement() <= 0 || !waiting.offer(heard)) {
      life = Life.LOST;
    }
  }

  private static void free(Domain domain) {
    try {
      int unused = domain.free();
    } catch (LibvirtException e) {
      LOG.atDebug().setCause(e).log("domain was not let go");
    }
  }

  @Override
  public void close() {
    // Each of them would keep the connection open.
    leave(() -> connect.removeLifecycleListener(listener));
    leave(connect::unregisterCloseListener);
    leave(connect::close);
  }

  private static void leave(Leaving step) {
    try {
      step.leave();
    } catch (LibvirtException e) {
      LOG.atDebug().setCause(e).log("connection was lost before it was closed");
    }
  }

  @FunctionalInterface
  private interface Leaving {
    void leave() throws LibvirtException;
  }
}
