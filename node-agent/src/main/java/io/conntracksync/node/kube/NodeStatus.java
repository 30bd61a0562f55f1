package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConditionType;
import io.conntracksync.api.v1alpha1.ConntrackNodeStatus;
import io.conntracksync.api.v1alpha1.TableStatus;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.table.TableFill;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;

/** The status of this agent's ConntrackNode. Pure but for the factory's clock. */
final class NodeStatus {
  /** A change of the fill is worth a write from one part in so many of the capacity on. */
  private static final long STEPS = 100;

  private final NodeIdentity identity;
  private final StatusFactory factory;

  NodeStatus(NodeIdentity identity, StatusFactory factory) {
    this.identity = identity;
    this.factory = factory;
  }

  /** All that this agent says of itself, with what it said before as the base of comparison. */
  ConntrackNodeStatus next(
      Finding ready, Optional<TableFill> fill, Optional<ConntrackNodeStatus> before) {
    Optional<Condition> earlier = before.map(status -> status.conditions().get(0));
    return new ConntrackNodeStatus(
        identity.backend().orElse(null),
        identity.layout().orElse(null),
        identity.address().getHostAddress(),
        identity.ports().toApi(),
        identity.certificateFingerprint(),
        identity.version(),
        table(fill, before.map(ConntrackNodeStatus::table)).orElse(null),
        List.of(factory.condition(ConditionType.READY, ready, Optional.empty(), earlier)));
  }

  /**
   * What was written before, unless the fill has moved by a step. Each write wakes everyone who
   * watches nodes, and a busy table changes all the time.
   */
  private static Optional<TableStatus> table(
      Optional<TableFill> fill, Optional<TableStatus> before) {
    if (fill.isEmpty()) {
      return before;
    }
    TableFill now = fill.get();
    return before
        .filter(written -> written.capacity() == now.capacity())
        .filter(written -> Math.abs(written.entries() - now.entries()) < step(now.capacity()))
        .or(() -> Optional.of(new TableStatus(now.entries(), now.capacity())));
  }

  private static long step(long capacity) {
    return Math.max(1, capacity / STEPS);
  }
}
