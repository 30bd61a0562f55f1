package io.conntracksync.node.libvirt;

import io.conntracksync.node.session.DomainChange;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.libvirt.event.DomainEvent;
import org.libvirt.jna.Libvirt.VirErrorCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One read-only connection to libvirt, and libvirt's event loop, of which a process has one. For
 * one thread, that all calls into libvirt are made from; {@link #interrupt} is for any. Where the
 * client library or its bindings' native part cannot be loaded, calls throw {@link LinkageError}.
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

  private final Connect connect;
  private final BiConsumer<String, DomainChange> listener;
  private Life life = Life.UP;

  private enum Life {
    UP,
    LOST
  }

  private LibvirtConnection(Connect connect, BiConsumer<String, DomainChange> listener) {
    this.connect = connect;
    this.listener = listener;
  }

  /** Loads what is loaded once; an event loop must be there before the first connection. */
  static void prepare() throws LibvirtException {
    Connect.setErrorCallback(SILENCE);
    Library.initEventLoop();
  }

  /** Listens from now on; what is heard is handed on by {@link #follow}. May block. */
  static LibvirtConnection open(String uri, BiConsumer<String, DomainChange> listener)
      throws LibvirtException {
    Connect connect = new Connect(uri, true);
    LibvirtConnection connection = new LibvirtConnection(connect, listener);
    try {
      connection.noticeLoss();
      // Of all domains: the one that a migration will bring is not here yet.
      connect.addLifecycleListener(connection::heard);
      return connection;
    } catch (LibvirtException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void noticeLoss() {
    try {
      connect.registerCloseListener(
          (closed, reason) -> {
            life = Life.LOST;
            interrupt();
          });
      boolean unused = connect.setKeepAlive(ALIVE_SECONDS, ALIVE_MISSES);
    } catch (LibvirtException e) {
      // A driver within this process has neither, and cannot be lost.
      LOG.atDebug().setCause(e).log("libvirt's driver cannot be lost");
    }
  }

  /** Every domain that is here, and how it is. */
  Map<String, DomainChange> domains() throws LibvirtException {
    Map<String, DomainChange> found = new HashMap<>();
    for (Domain domain : connect.listAllDomains(ACTIVE)) {
      try {
        String name = domain.getName();
        DomainEvents.found(domain.getInfo().state).ifPresent(state -> found.put(name, state));
      } catch (LibvirtException e) {
        // It ended between the two questions: its event says so.
        LOG.atDebug().setCause(e).log("domain is gone");
      } finally {
        free(domain);
      }
    }
    return found;
  }

  /** Hands events on until the connection is lost, or somebody interrupts. */
  void follow() throws LibvirtException {
    try {
      Library.runEventLoop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isUp() {
    return life == Life.UP;
  }

  /** Ends {@link #follow}, unless that has not begun yet. */
  static void interrupt() {
    try {
      Library.stopEventLoop();
    } catch (LibvirtException e) {
      LOG.atWarn().setCause(e).log("libvirt's event loop cannot be ended");
    }
  }

  private int heard(Domain domain, DomainEvent event) {
    try {
      String name = domain.getName();
      DomainEvents.change(event).ifPresent(change -> listener.accept(name, change));
    } catch (LibvirtException | RuntimeException e) {
      // The next event matters more than this one.
      LOG.atError().setCause(e).log("event of libvirt failed");
    } finally {
      free(domain);
    }
    return 0;
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
    try {
      int unused = connect.close();
    } catch (LibvirtException e) {
      LOG.atDebug().setCause(e).log("connection was not closed");
    }
  }
}
