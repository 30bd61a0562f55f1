package io.conntracksync.node.agent;

import io.conntracksync.node.gatekeeping.GateSockets;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SourceSessions;
import io.conntracksync.node.session.SyncOrder;

/** The source's sessions, each with its domain's gate open from its start to its end. */
final class GatedSessions implements Sessions {
  private final SourceSessions sessions;
  private final GateSockets gates;

  GatedSessions(SourceSessions sessions, GateSockets gates) {
    this.sessions = sessions;
    this.gates = gates;
  }

  @Override
  public synchronized void assigned(SyncOrder order, Endpoint endpoint) {
    sessions.assigned(order, endpoint);
    // One too many, or one that is over already, has no session, and so no gate.
    if (sessions.carries(order.uid())) {
      gates.open(order.domain(), order.uid());
    }
  }

  @Override
  public synchronized void concluded(SyncOrder order, Conclusion conclusion) {
    sessions.concluded(order, conclusion);
    gates.close(order.domain(), order.uid());
  }
}
