package io.conntracksync.node.backend;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.ciliumbpf.CiliumBpfTable;
import io.conntracksync.node.table.ciliumbpf.ExampleEntries;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The maps of this node's Cilium. */
record CiliumBpfBackend(CiliumBpfTable table, String why) implements NodeBackend {
  /** Maps tell no changes, whatever is set. */
  @Override
  public Optional<String> advice() {
    return Optional.empty();
  }

  @Override
  public List<Entry> examples(InetAddress peer, InetAddress vm, int connections) {
    return ExampleEntries.between(peer, vm, connections);
  }
}
