package io.conntracksync.node.pod;

import io.conntracksync.node.launcher.Launcher;
import io.conntracksync.node.launcher.LauncherHook;
import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.linux.OpenFolder;
import io.conntracksync.node.session.SyncOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hooks in launcher pods that VMs reach: each is there, with a socket to ask at, for as long as
 * its sync is under way. Everything fails open: a hook that cannot be put into its pod costs the
 * wait, never the migration.
 */
public final class LauncherHooks implements PodService, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LauncherHooks.class);

  /** In the volume of sockets, where our hook looks first. */
  static final String SOCKET = "cts-hook";

  private final Launchers launchers;
  private final Optional<byte[]> program;
  private final PodSocket.Maker sockets;
  private final HookObserver observer;
  private final Map<String, PodHook> bySync = new HashMap<>();

  /**
   * @param program what libvirt is to run; empty: nothing is put into pods
   * @param sockets opens the socket of one sync's hook
   */
  public LauncherHooks(
      Launchers launchers,
      Optional<byte[]> program,
      PodSocket.Maker sockets,
      HookObserver observer) {
    this.launchers = launchers;
    this.program = program;
    this.sockets = sockets;
    this.observer = observer;
  }

  @Override
  public synchronized void seek(SyncOrder order, String podUid) {
    if (program.isPresent() && !bySync.containsKey(order.uid())) {
      PodHook hook = new PodHook(order, podUid, launchers, program.get(), sockets, observer);
      bySync.put(order.uid(), hook);
      hook.start();
    }
  }

  @Override
  public synchronized void release(String syncUid) {
    PodHook hook = bySync.remove(syncUid);
    if (hook != null) {
      hook.release();
    }
  }

  /**
   * Takes away what an agent that was killed has left in the pods of this node. A socket of ours is
   * made before the hook and taken away after it, so it tells where to look.
   */
  public void takeAwayLeft() {
    try {
      for (String podUid : launchers.pods()) {
        takeAwayLeft(podUid);
      }
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("pods not looked through for hooks that were left");
    }
  }

  private void takeAwayLeft(String podUid) {
    try {
      Optional<OpenFolder> volume = launchers.openSockets(podUid);
      if (volume.isEmpty()) {
        return;
      }
      try (OpenFolder open = volume.get()) {
        // At one that nobody answers, each pause would be complained about.
        Files.deleteIfExists(open.path().resolve(LauncherGates.SOCKET));
        if (!Files.exists(open.path().resolve(SOCKET), LinkOption.NOFOLLOW_LINKS)) {
          return;
        }
        Optional<Launcher> found = launchers.find(podUid);
        if (found.isPresent()) {
          try (Launcher launcher = found.get()) {
            LauncherHook.removeLeft(launcher);
          }
        }
        Files.deleteIfExists(open.path().resolve(SOCKET));
        LOG.atInfo().addKeyValue(PodLogKeys.POD, podUid).log("hook of an earlier agent removed");
      }
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue(PodLogKeys.POD, podUid)
          .setCause(e)
          .log("hook of an earlier agent not removed");
    }
  }

  /** Takes all away, within a second. */
  @Override
  public void close() {
    List<PodHook> open;
    synchronized (this) {
      open = List.copyOf(bySync.values());
      bySync.clear();
    }
    open.forEach(PodHook::release);
    open.forEach(PodHook::join);
  }
}
