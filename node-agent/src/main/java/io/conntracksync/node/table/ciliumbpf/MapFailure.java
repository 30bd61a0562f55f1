package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;

/** What a failed call of bpf(2) amounts to. */
final class MapFailure {
  private MapFailure() {}

  static TableException of(SystemCallException cause) {
    boolean forbidden = Errno.EPERM.is(cause.errno()) || Errno.EACCES.is(cause.errno());
    return new TableException(
        forbidden ? TableFault.MAPS_FORBIDDEN : TableFault.TABLE_FAILED, cause.getMessage(), cause);
  }
}
