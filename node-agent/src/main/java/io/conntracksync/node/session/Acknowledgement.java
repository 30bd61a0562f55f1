package io.conntracksync.node.session;

import io.conntracksync.node.table.RefusalReason;
import java.util.Map;

/**
 * What became of everything that was sent before a barrier.
 *
 * @param applied entries of this connection that are in the target's table
 * @param refused entries of this connection that are not, by reason
 */
public record Acknowledgement(long applied, Map<RefusalReason, Long> refused) {
  public Acknowledgement {
    refused = Map.copyOf(refused);
  }
}
