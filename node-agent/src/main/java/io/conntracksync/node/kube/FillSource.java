package io.conntracksync.node.kube;

import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFill;

/** Tells how full the node's table is. */
@FunctionalInterface
public interface FillSource {
  TableFill fill() throws TableException;
}
