package io.conntracksync.node.backend;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.ciliumapi.CiliumApiTable;
import io.conntracksync.node.table.ciliumapi.ExampleRecords;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The table behind the API of this node's Cilium. */
record CiliumApiBackend(CiliumApiTable table, String why) implements NodeBackend {
  /** The API tells no changes, whatever is set. */
  @Override
  public Optional<String> advice() {
    return Optional.empty();
  }

  @Override
  public List<Entry> examples(InetAddress peer, InetAddress vm, int connections) {
    return ExampleRecords.between(peer, vm, connections);
  }
}
