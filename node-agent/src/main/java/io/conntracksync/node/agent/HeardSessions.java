package io.conntracksync.node.agent;

import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.DomainWatcher;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SyncOrder;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sessions for which the libvirt of a launcher pod is listened to, each from its start to its end.
 */
final class HeardSessions implements Sessions {
  private final Sessions sessions;
  private final Function<SyncOrder, Optional<String>> pod;
  private final LauncherWatches libvirts;
  private final DomainWatcher watcher;

  /**
   * @param pod whose libvirt matters to a sync that was just told of; empty when none does, or the
   *     sync has no session
   * @param watcher is told what it says
   */
  HeardSessions(
      Sessions sessions,
      Function<SyncOrder, Optional<String>> pod,
      LauncherWatches libvirts,
      DomainWatcher watcher) {
    this.sessions = sessions;
    this.pod = pod;
    this.libvirts = libvirts;
    this.watcher = watcher;
  }

  @Override
  public synchronized void assigned(SyncOrder order, Endpoint endpoint) {
    sessions.assigned(order, endpoint);
    pod.apply(order).ifPresent(uid -> libvirts.seek(order, uid, watcher));
  }

  @Override
  public synchronized void concluded(SyncOrder order, Conclusion conclusion) {
    sessions.concluded(order, conclusion);
    libvirts.release(order.uid());
  }
}
