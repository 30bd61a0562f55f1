package io.conntracksync.node.transfer;

import java.util.Optional;

/**
 * Which key each node's agent has at this moment. Asked anew for each connection, because an agent
 * that was started again has another one; answers at once. Safe for use by several threads.
 */
public interface PeerKeys {
  /** The fingerprint of that node's agent; empty when none is known. */
  Optional<Fingerprint> of(String node);

  /** The node whose agent has this fingerprint, for logs; empty when it is nobody's. */
  Optional<String> ownerOf(Fingerprint fingerprint);
}
