package io.conntracksync.node.pod;

import io.conntracksync.node.launcher.LauncherLibvirt;
import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.libvirt.Interest;
import io.conntracksync.node.libvirt.LibvirtLoop;
import io.conntracksync.node.libvirt.LibvirtPlace;
import io.conntracksync.node.libvirt.LibvirtWatch;
import io.conntracksync.node.session.DomainWatcher;
import io.conntracksync.node.session.SyncOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the libvirts of launcher pods, one for each sync, and believes of each only what it
 * says of that sync's domain. One that hangs keeps its own thread and its place until its socket is
 * closed, at the latest with its pod.
 */
public final class LauncherWatches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LauncherWatches.class);

  private final Launchers launchers;
  private final LibvirtLoop loop;
  private final int most;
  private final Map<String, LibvirtWatch> bySync = new HashMap<>();
  private final List<LibvirtWatch> leaving = new ArrayList<>();

  /**
   * @param most threads at a time; where they are all taken, a sync goes on unheard
   */
  public LauncherWatches(Launchers launchers, LibvirtLoop loop, int most) {
    this.launchers = launchers;
    this.loop = loop;
    this.most = most;
  }

  /** The same as something that is done for the sessions that this watcher tells. */
  public PodService telling(DomainWatcher watcher) {
    return new PodService() {
      @Override
      public void seek(SyncOrder order, String podUid) {
        LauncherWatches.this.seek(order, podUid, watcher);
      }

      @Override
      public void release(String syncUid) {
        LauncherWatches.this.release(syncUid);
      }
    };
  }

  /** The libvirt of this pod is wanted for half a minute from now, for this sync. */
  synchronized void seek(SyncOrder order, String podUid, DomainWatcher watcher) {
    leaving.removeIf(watch -> !watch.isAlive());
    LibvirtWatch watch = bySync.get(order.uid());
    if (watch != null) {
      watch.seek();
    } else if (bySync.size() + leaving.size() < most) {
      bySync.put(order.uid(), start(order, podUid, watcher));
    } else {
      LOG.atWarn()
          .addKeyValue(PodLogKeys.POD, podUid)
          .log("too many libvirts of launchers hang, this one is not listened to");
    }
  }

  private LibvirtWatch start(SyncOrder order, String podUid, DomainWatcher watcher) {
    LibvirtWatch watch =
        new LibvirtWatch(
            "pod " + podUid, () -> find(podUid), Interest.only(order.domain()), loop, watcher);
    watch.start();
    watch.seek();
    return watch;
  }

  /** A session daemon, which has one socket for reading and writing; we ask for reading. */
  private Optional<LibvirtPlace.Way> find(String podUid) throws IOException {
    return launchers.findLibvirt(podUid).map(LauncherWatches::way);
  }

  private static LibvirtPlace.Way way(LauncherLibvirt libvirt) {
    return new LibvirtPlace.Way("qemu+unix:///session?socket=" + libvirt.path(), libvirt::close);
  }

  /** The sync is over. Returns at once. */
  synchronized void release(String syncUid) {
    LibvirtWatch watch = bySync.remove(syncUid);
    if (watch != null) {
      watch.release();
      leaving.add(watch);
    }
  }

  /** How many are connected to. */
  public synchronized int connected() {
    return (int) bySync.values().stream().filter(LibvirtWatch::isConnected).count();
  }

  @Override
  public synchronized void close() {
    List.copyOf(bySync.keySet()).forEach(this::release);
  }
}
