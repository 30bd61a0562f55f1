package io.conntracksync.node.table;

import java.util.Optional;

/** Decides whether an entry may be applied, by the ends of its flow. Pure. */
@FunctionalInterface
public interface Admission {
  /** Why not, or empty when it may. */
  Optional<RefusalReason> refusal(FlowEnds ends);
}
