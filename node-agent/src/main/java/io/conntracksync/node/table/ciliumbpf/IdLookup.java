package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which ids this node's Cilium has for what another node has named. */
interface IdLookup {
  Optional<LocalService> service(ServiceName name) throws TableException;

  /** Those of these that this node knows. */
  Map<BackendName, Integer> backends(Set<BackendName> names) throws TableException;

  /** Whom this node takes that address for. */
  Optional<Integer> identity(InetAddress address) throws TableException;

  /** A service as this node has it. */
  record LocalService(int revNat, Delivery delivery) {}

  /** Where connections to a service go. */
  enum Delivery {
    BACKENDS,
    /** A proxy on the node. */
    PROXY
  }
}
