package io.conntracksync.node.pod;

import io.conntracksync.node.launcher.Launcher;
import io.conntracksync.node.launcher.LauncherHook;
import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.SyncOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

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
  private final PodSocket.Maker sockets;
  private final HookObserver observer;
  private final Thread thread;

  // Of the thread alone.
  private Optional<PodSocket> socket = Optional.empty();
  private Optional<LauncherHook> hook = Optional.empty();
  private Optional<String> lastFault = Optional.empty();

  // Under this object's lock.
  private Life life = Life.OPEN;

  private enum Life {
    OPEN,
    CLOSED
  }

  PodHook(
      SyncOrder order,
      String podUid,
      Launchers launchers,
      byte[] program,
      PodSocket.Maker sockets,
      HookObserver observer) {
    this.order = order;
    this.podUid = podUid;
    this.launchers = launchers;
    this.program = program;
    this.sockets = sockets;
    this.observer = observer;
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
        if (LauncherHook.isProvided(launcher)) {
          told(HookInstallation.PROVIDED, "the launcher pod came with the hook");
        } else {
          install(launcher);
        }
      }
      return true;
    } catch (IOException e) {
      refused(e);
      return false;
    }
  }

  /** Before the hook: one that finds no socket asks nobody. */
  private void openSocket() throws IOException {
    if (socket.isEmpty()) {
      socket = PodSocket.open(launchers, podUid, LauncherHooks.SOCKET, order, sockets);
    }
  }

  private void install(Launcher launcher) throws IOException {
    hook = LauncherHook.install(launcher, program);
    if (hook.isPresent()) {
      told(
          HookInstallation.INSTALLED,
          "the hook was put into the launcher pod; it is taken away when the sync ends");
    } else {
      told(
          HookInstallation.NO_MAIN_HOOK,
          "the launcher pod has no /etc/libvirt/hooks/qemu, so its libvirt calls no hooks and the"
              + " migration does not wait for the entries: update KubeVirt to 1.5 or later, or let"
              + " pods come with the hook, see the chart's launcherHook.enabled");
    }
  }

  private void refused(IOException cause) {
    Optional<String> fault = Optional.ofNullable(cause.getMessage());
    if (!fault.equals(lastFault)) {
      lastFault = fault;
      told(
          HookInstallation.REFUSED,
          "the hook is not in the launcher pod, so the migration does not wait for the entries: "
              + fault.orElseGet(cause::toString));
    }
  }

  private void told(HookInstallation result, String message) {
    Level level =
        result.finding(message).verdict() == Finding.Verdict.YES ? Level.INFO : Level.WARN;
    LOG.atLevel(level)
        .addKeyValue(PodLogKeys.POD, podUid)
        .addKeyValue(PodLogKeys.RESULT, message)
        .log("hook of a launcher pod");
    observer.told(order, result, message);
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
    } catch (IOException e) {
      notTakenAway(e);
    }
  }

  private void notTakenAway(IOException cause) {
    LOG.atWarn()
        .addKeyValue(PodLogKeys.POD, podUid)
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
