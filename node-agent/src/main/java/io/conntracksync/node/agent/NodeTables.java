package io.conntracksync.node.agent;

import io.conntracksync.node.launcher.Launcher;
import io.conntracksync.node.launcher.LauncherException;
import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncTables;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.JoinedTables;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFinder;
import io.conntracksync.node.table.TableFormat;
import io.conntracksync.node.table.netfilter.NetfilterTable;
import java.util.Optional;
import java.util.function.Function;

/**
 * The tables of a sync: the node's, of whatever backend, and that of the launcher pod's network
 * namespace, which is the kernel's in any case.
 */
final class NodeTables implements SyncTables {
  private final ConntrackTable node;
  private final Launchers launchers;
  private final Function<SyncOrder.Pods, Optional<String>> ours;

  /**
   * @param ours which of a sync's two pods is on this node
   */
  NodeTables(
      ConntrackTable node, Launchers launchers, Function<SyncOrder.Pods, Optional<String>> ours) {
    this.node = node;
    this.launchers = launchers;
    this.ours = ours;
  }

  /** What agents with such tables speak. */
  static TableFormat format(ConntrackTable node) {
    return JoinedTables.format(node.format(), NetfilterTable.kind().format());
  }

  @Override
  public ConntrackTable of(SyncOrder order) {
    return new JoinedTables(
        node,
        NetfilterTable.kind(),
        ours.apply(order.pods()).<TableFinder>map(uid -> () -> find(uid)).orElse(TableFinder.NONE));
  }

  /**
   * Every launcher's, whatever the VM's binding: where nothing is tracked the table is empty, and
   * whether something will be cannot be asked.
   */
  private Optional<ConntrackTable> find(String podUid) throws TableException {
    try {
      Optional<Launcher> found = launchers.find(podUid);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      try (Launcher launcher = found.get()) {
        Optional<NetworkNamespace> network = launcher.network();
        return network.isEmpty()
            ? Optional.empty()
            : Optional.of(NetfilterTable.ofPod(network.get()));
      }
    } catch (LauncherException e) {
      throw new TableException(e.getMessage(), e);
    }
  }
}
