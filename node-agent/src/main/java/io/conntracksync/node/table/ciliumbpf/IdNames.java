package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.TableException;
import java.util.Optional;

/** What the ids of this node's Cilium mean; empty where it does not know itself. */
interface IdNames {
  /** The protocol is the entry's, so it is ICMP's for one that is related to another. */
  Optional<ServiceName> service(Family family, int revNat, int protocol) throws TableException;

  Optional<BackendName> backend(Family family, int id) throws TableException;
}
