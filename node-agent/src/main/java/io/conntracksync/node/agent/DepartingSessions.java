package io.conntracksync.node.agent;

import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SyncOrder;
import java.util.function.Consumer;

/** Source sessions of which the node's other role hears: a VM that leaves has entries no more. */
record DepartingSessions(Sessions sessions, Consumer<SyncOrder> departure) implements Sessions {
  @Override
  public void assigned(SyncOrder order, Endpoint endpoint) {
    departure.accept(order);
    sessions.assigned(order, endpoint);
  }

  @Override
  public void concluded(SyncOrder order, Conclusion conclusion) {
    sessions.concluded(order, conclusion);
  }
}
