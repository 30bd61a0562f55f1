package io.conntracksync.node.agent;

import io.conntracksync.node.kube.NodeReason;
import io.conntracksync.node.session.Finding;
import java.util.concurrent.atomic.AtomicReference;

/** Where the agent stands, as the probes and the ConntrackNode show it. */
final class Health {
  private final AtomicReference<Finding> ready =
      new AtomicReference<>(NodeReason.STARTING.finding("the agent starts"));
  private final AtomicReference<Liveness> liveness = new AtomicReference<>(Liveness.ALIVE);

  /** Whether a restart would help. */
  enum Liveness {
    ALIVE,
    /** Something ended that does not come back in this process. */
    BROKEN
  }

  Finding ready() {
    return ready.get();
  }

  Liveness liveness() {
    return liveness.get();
  }

  void report(Finding finding) {
    ready.set(finding);
  }

  void broken(Finding finding) {
    ready.set(finding);
    liveness.set(Liveness.BROKEN);
  }
}
