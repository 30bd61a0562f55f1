package io.conntracksync.node.backend;

import io.conntracksync.node.backend.Decision.Refuse;
import io.conntracksync.node.backend.Decision.Take;
import io.conntracksync.node.backend.Decision.Wait;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.ciliumapi.CiliumApiTable;
import io.conntracksync.node.table.ciliumbpf.CiliumBpfTable;
import io.conntracksync.node.table.ciliumbpf.CiliumPaths;

/** Looks for the node's table and opens it, as it was set. */
public final class BackendSearch {
  private final BackendSetting setting;
  private final CiliumPaths paths;
  private final CiliumProbe probe;

  public BackendSearch(BackendSetting setting, CiliumPaths paths) {
    this(setting, paths, new NodeCiliumProbe(paths));
  }

  BackendSearch(BackendSetting setting, CiliumPaths paths, CiliumProbe probe) {
    this.setting = setting;
    this.paths = paths;
    this.probe = probe;
  }

  /**
   * One look. Throws {@link TableException} when there is no use in waiting: somebody has to change
   * what its message says.
   */
  public Found look() throws TableException {
    Decision decision = BackendChoice.decide(setting, probe);
    if (decision instanceof Take take) {
      return new Found.Opened(open(take));
    }
    if (decision instanceof Wait wait) {
      return new Found.NotYet(wait.why());
    }
    throw new TableException(((Refuse) decision).why());
  }

  private NodeBackend open(Take take) throws TableException {
    return switch (take.backend()) {
      case NETFILTER -> NetfilterBackend.open(take.why());
      case CILIUM_BPF -> new CiliumBpfBackend(CiliumBpfTable.open(paths), take.why());
      case CILIUM_API ->
          new CiliumApiBackend(
              CiliumApiTable.open(paths.socket(), CiliumApiTable.DEFAULT_PATIENCE), take.why());
    };
  }
}
