package io.conntracksync.node.agent;

import io.conntracksync.node.launcher.Launcher;
import io.conntracksync.node.launcher.LauncherHook;
import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.linux.OpenFolder;
import io.conntracksync.node.session.SyncOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hook in one launcher pod, for one sync, in a thread of its own: what lies in a pod may take
 * its time. A launcher that comes late is looked for every second.
 */
final class PodHook {
  private static final Logger LOG = LoggerFactory.getLogger(PodHook.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

  private final SyncOrder order;
  private final String podUid;
  private final Launchers launchers;
  private final byte[] program;
  private final Sockets sockets;
  private final Consumer<HookInstallation> counter;
  private final Thread thread;

  // Of the thread alone.
  private Optional<OpenFolder> volume = Optional.empty();
  private Optional<AutoCloseable> socket = Optional.empty();
  private Optional<LauncherHook> hook = Optional.empty();
  private Optional<String> lastFault = Optional.empty();

  // Under this object's lock.
  private Life life = Life.OPEN;

  private enum Life {
    OPEN,
    CLOSED
  }

  /** Opens the socket at which the hook of a sync asks. */
  @FunctionalInterface
  interface Sockets {
    AutoCloseable open(SyncOrder order, Path path) throws IOException;
  }

  PodHook(
      SyncOrder order,
      String podUid,
      Launchers launchers,
      byte[] program,
      Sockets sockets,
      Consumer<HookInstallation> counter) {
    this.order = order;
    this.podUid = podUid;
    this.launchers = launchers;
    this.program = program;
    this.sockets = sockets;
    this.counter = counter;
    this.thread = new Thread(this::run, "hook-" + podUid);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Takes hook and socket away again, soon. */
  synchronized void release() {
    life = Life.CLOSED;
    notifyAll();
  }

  /** Waits until they are, for a second at most. */
  void join() {
    try {
      thread.join(LAST_PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (isOpen() && !isSettled()) {
        rest();
      }
      awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      takeAway();
    }
  }

  /** Tries once; false when it is worth another try. */
  private boolean isSettled() {
    try {
      Optional<Launcher> found = launchers.find(podUid);
      if (found.isEmpty()) {
        return false;
      }
      try (Launcher launcher = found.get()) {
        openSocket();
        hook = LauncherHook.install(launcher, program);
      }
      settled();
      return true;
    } catch (IOException e) {
      refused(e);
      return false;
    }
  }

  /** Before the hook: one that finds no socket asks nobody. */
  private void openSocket() throws IOException {
    if (socket.isEmpty()) {
      if (volume.isEmpty()) {
        volume = launchers.openSockets(podUid);
      }
      if (volume.isPresent()) {
        Path path = volume.get().path().resolve(LauncherHooks.SOCKET);
        socket = Optional.of(sockets.open(order, path));
      }
    }
  }

  private void settled() {
    if (hook.isPresent()) {
      counter.accept(HookInstallation.INSTALLED);
      LOG.atInfo().addKeyValue(AgentLogKeys.POD, podUid).log("hook is in the launcher");
    } else {
      counter.accept(HookInstallation.NO_MAIN_HOOK);
      LOG.atWarn()
          .addKeyValue(AgentLogKeys.POD, podUid)
          .log(
              "the launcher has no /etc/libvirt/hooks/qemu, so its libvirt runs no hooks and the"
                  + " migration does not wait for the entries: update KubeVirt to 1.5 or later");
    }
  }

  private void refused(IOException cause) {
    Optional<String> fault = Optional.ofNullable(cause.getMessage());
    if (!fault.equals(lastFault)) {
      lastFault = fault;
      counter.accept(HookInstallation.REFUSED);
      LOG.atWarn()
          .addKeyValue(AgentLogKeys.POD, podUid)
          .setCause(cause)
          .log("the hook is not in the launcher, the migration does not wait for the entries");
    }
  }

  private void takeAway() {
    try {
      if (hook.isPresent()) {
        Optional<Launcher> found = launchers.find(podUid);
        if (found.isPresent()) {
          try (Launcher launcher = found.get()) {
            hook.get().remove(launcher);
          }
        }
      }
    } catch (IOException e) {
      notTakenAway(e);
    }
    try {
      if (socket.isPresent()) {
        socket.get().close();
      }
    } catch (Exception e) {
      notTakenAway(e);
    }
    volume.ifPresent(OpenFolder::close);
  }

  private void notTakenAway(Exception cause) {
    LOG.atWarn()
        .addKeyValue(AgentLogKeys.POD, podUid)
        .setCause(cause)
        .log("something of the hook is left in the launcher");
  }

  private synchronized boolean isOpen() {
    return life == Life.OPEN;
  }

  private synchronized void awaitEnd() throws InterruptedException {
    while (life == Life.OPEN) {
      wait();
    }
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
