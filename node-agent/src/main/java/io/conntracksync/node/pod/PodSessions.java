package io.conntracksync.node.pod;

import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SyncOrder;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sessions for which the libvirt of a launcher pod is listened to, each from its start to its end.
 */
public final class PodSessions implements Sessions {
  private final Sessions sessions;
  private final Function<SyncOrder, Optional<String>> pod;
  private final PodService service;

  /**
   * @param pod in which it is done for a sync that was just told of; empty when in none, or the
   *     sync has no session
   */
  public PodSessions(
      Sessions sessions, Function<SyncOrder, Optional<String>> pod, PodService service) {
    this.sessions = sessions;
    this.pod = pod;
    this.service = service;
  }

  @Override
  public synchronized void assigned(SyncOrder order, Endpoint endpoint) {
    sessions.assigned(order, endpoint);
    pod.apply(order).ifPresent(uid -> service.seek(order, uid));
  }

  @Override
  public synchronized void concluded(SyncOrder order, Conclusion conclusion) {
    sessions.concluded(order, conclusion);
    service.release(order.uid());
  }
}
