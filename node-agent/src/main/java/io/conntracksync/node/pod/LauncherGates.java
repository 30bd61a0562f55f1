package io.conntracksync.node.pod;

import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.session.SyncOrder;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of the gates in launcher pods that VMs leave: each is there for as long as its sync
 * is under way. A pod without a gate leaves it alone. Fails open: where none can be made the
 * switchover is not held.
 */
public final class LauncherGates implements PodService, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LauncherGates.class);

  /** In the volume of sockets, where our gate looks first. */
  static final String SOCKET = "cts-gate";

  private final Launchers launchers;
  private final PodSocket.Maker maker;

  /** Empty where none could be made: it is not tried again. */
  private final Map<String, Optional<PodSocket>> bySync = new HashMap<>();

  public LauncherGates(Launchers launchers, PodSocket.Maker maker) {
    this.launchers = launchers;
    this.maker = maker;
  }

  @Override
  public synchronized void seek(SyncOrder order, String podUid) {
    bySync.computeIfAbsent(order.uid(), uid -> open(order, podUid));
  }

  private Optional<PodSocket> open(SyncOrder order, String podUid) {
    try {
      return PodSocket.open(launchers, podUid, SOCKET, order, maker);
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue(PodLogKeys.POD, podUid)
          .setCause(e)
          .log("no socket for a gate in the launcher, the switchover will not be held");
      return Optional.empty();
    }
  }

  @Override
  public synchronized void release(String syncUid) {
    Optional<PodSocket> socket = bySync.remove(syncUid);
    if (socket != null) {
      socket.ifPresent(LauncherGates::close);
    }
  }

  private static void close(PodSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("the socket of a launcher's gate did not close");
    }
  }

  @Override
  public synchronized void close() {
    List.copyOf(bySync.keySet()).forEach(this::release);
  }
}
