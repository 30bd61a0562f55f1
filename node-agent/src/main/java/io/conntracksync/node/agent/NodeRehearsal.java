package io.conntracksync.node.agent;

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
import java.util.concurrent.ScheduledExecutorService;

/**
 * The rehearsal of a node with a netfilter table. Never touches an entry of that table: entries are
 * made in two network namespaces that exist for as long as it lasts. Where the agent may make none,
 * the node's own table is read and what is offered to it is refused.
 */
final class NodeRehearsal {
  /** So many that the code of an entry is compiled: a pause may have to look at a thousand. */
  private static final int CONNECTIONS = 128;

  private final ConntrackTable table;
  private final Transport transport;
  private final ScheduledExecutorService timer;

  NodeRehearsal(ConntrackTable table, Transport transport, ScheduledExecutorService timer) {
    this.table = table;
    this.transport = transport;
    this.timer = timer;
  }

  void play() throws IOException {
    // Set aside for examples (RFC 5737): no VM has them.
    InetAddress vm = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    InetAddress peer = InetAddress.getByAddress(new byte[] {(byte) 198, 51, 100, 1});
    List<Entry> entries = ExampleFlows.between(peer, vm, CONNECTIONS);
    try (NetworkNamespace there = NetworkNamespace.fresh();
        NetworkNamespace here = NetworkNamespace.fresh()) {
      playIn(there, here, entries, vm);
    } catch (SystemCallException mayNot) {
      var unused = table.apply(entries, ends -> Optional.of(RefusalReason.FOREIGN_ADDRESS));
      new SessionRehearsal(table, table, transport, timer, vm).play();
    }
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
