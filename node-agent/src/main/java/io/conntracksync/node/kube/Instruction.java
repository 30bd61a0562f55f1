package io.conntracksync.node.kube;

import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SyncOrder;

/** What an object of the API asks of this node's sessions. */
sealed interface Instruction {
  /** Passes the instruction on. */
  void give(Sessions sessions);

  /** Nothing, for now: no port yet, or a phase that only a newer agent understands. */
  record Wait() implements Instruction {
    @Override
    public void give(Sessions sessions) {
      // Nothing to do until the object changes.
    }
  }

  /** Entries are to flow. */
  record Start(SyncOrder order, Endpoint endpoint) implements Instruction {
    @Override
    public void give(Sessions sessions) {
      sessions.assigned(order, endpoint);
    }
  }

  /** The sync is over. */
  record End(SyncOrder order, Conclusion conclusion) implements Instruction {
    @Override
    public void give(Sessions sessions) {
      sessions.concluded(order, conclusion);
    }
  }

  /** The object cannot be understood; nothing is done. */
  record Refused(String why) implements Instruction {
    @Override
    public void give(Sessions sessions) {
      // Fails open: the migration goes on without the entries.
    }
  }
}
