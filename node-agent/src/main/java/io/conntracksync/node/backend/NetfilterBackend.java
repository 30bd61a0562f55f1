package io.conntracksync.node.backend;

import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.netfilter.ExampleFlows;
import io.conntracksync.node.table.netfilter.NetfilterTable;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of the network namespace that the agent runs in. */
record NetfilterBackend(NetfilterTable table, String why) implements NodeBackend {
  private static final Logger LOG = LoggerFactory.getLogger(NetfilterBackend.class);

  static NetfilterBackend open(String why) throws TableException {
    NetfilterTable table = NetfilterTable.open(NetworkNamespace.ofThisProcess());
    try {
      // Entries that are made while nobody listens stay silent: no later than this.
      table.listen();
    } catch (TableException | RuntimeException e) {
      table.close();
      throw e;
    }
    return new NetfilterBackend(table, why);
  }

  @Override
  public Optional<String> advice() {
    try {
      return table.coverage() == EventCoverage.NONE
          ? Optional.of(
              "the kernel tells no changes of entries here, the table is compared every second"
                  + " instead: set net.netfilter.nf_conntrack_events to 1")
          : Optional.empty();
    } catch (TableException e) {
      // Whoever opens a stream is told the same.
      LOG.atWarn().setCause(e).log("setting of conntrack events not read");
      return Optional.empty();
    }
  }

  @Override
  public List<Entry> examples(InetAddress peer, InetAddress vm, int connections) {
    return ExampleFlows.between(peer, vm, connections);
  }
}
