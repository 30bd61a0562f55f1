package io.conntracksync.node.agent;

import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SyncOrder;

/**
 * Sessions for which something is sought as long as one is under way: watches tell every sync again
 * each 15 s, so it is sought again, too.
 */
final class SeekingSessions implements Sessions {
  private final Sessions sessions;
  private final Runnable seek;

  SeekingSessions(Sessions sessions, Runnable seek) {
    this.sessions = sessions;
    this.seek = seek;
  }

  @Override
  public void assigned(SyncOrder order, Endpoint endpoint) {
    sessions.assigned(order, endpoint);
    seek.run();
  }

  @Override
  public void concluded(SyncOrder order, Conclusion conclusion) {
    sessions.concluded(order, conclusion);
  }
}
