package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.RefusalReason;
import java.util.Optional;

/** Decides whether a flow may be put into the table it is meant for. Pure. */
@FunctionalInterface
interface FlowAdmission {
  /** Why not, or empty when it may. */
  Optional<RefusalReason> refusal(Flow flow);

  /** Asks about the ends of a flow as that table sees them. */
  static FlowAdmission of(Admission admission, VmAddress place) {
    return flow -> admission.refusal(place.ends(flow));
  }
}
