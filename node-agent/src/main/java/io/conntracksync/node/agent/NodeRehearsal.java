package io.conntracksync.node.agent;

import io.conntracksync.node.backend.NodeBackend;
import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.netfilter.ExampleFlows;
import io.conntracksync.node.table.netfilter.NetfilterTable;
import io.conntracksync.node.transfer.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The rehearsal of a node. Never touches an entry of its table: that is read, and what is offered
 * to it is refused. Syncs are played with netfilter's entries, which every node may meet, in two
 * network namespaces that exist for as long as it lasts; where the agent may make none, with the
 * node's own table.
 */
final class NodeRehearsal {
  /** So many that the code of an entry is compiled: a pause may have to look at a thousand. */
  private static final int CONNECTIONS = 128;

  private final NodeBackend backend;
  private final Transport transport;
  private final ScheduledExecutorService timer;

  NodeRehearsal(NodeBackend backend, Transport transport, ScheduledExecutorService timer) {
    this.backend = backend;
    this.transport = transport;
    this.timer = timer;
  }

  void play() throws IOException {
    // Set aside for examples (RFC 5737): no VM has them.
    InetAddress vm = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    InetAddress peer = InetAddress.getByAddress(new byte[] {(byte) 198, 51, 100, 1});
    ConntrackTable table = backend.table();
    readAndOffer(table, peer, vm);
    try (NetworkNamespace there = NetworkNamespace.fresh();
        NetworkNamespace here = NetworkNamespace.fresh()) {
      playIn(there, here, ExampleFlows.between(peer, vm, CONNECTIONS), vm);
    } catch (SystemCallException mayNot) {
      new SessionRehearsal(table, table, transport, timer, vm).play();
    }
  }

  private void readAndOffer(ConntrackTable table, InetAddress peer, InetAddress vm)
      throws IOException {
    table.snapshot(Set.of(vm), chunk -> {});
    List<Entry> offered = backend.examples(peer, vm, CONNECTIONS);
    offered.forEach(
        entry -> {
          var unused = table.reader().significant(entry);
        });
    var unused = table.apply(offered, ends -> Optional.of(RefusalReason.FOREIGN_ADDRESS));
  }

  private void playIn(
      NetworkNamespace there, NetworkNamespace here, List<Entry> entries, InetAddress vm)
      throws IOException {
    try (NetfilterTable source = NetfilterTable.open(there);
        NetfilterTable target = NetfilterTable.open(here)) {
      var unused = source.apply(entries, ends -> Optional.empty());
      new SessionRehearsal(source, target, transport, timer, vm).play();
    }
  }
}
