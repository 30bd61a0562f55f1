package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/** Reads all entries of some addresses, each once. For one thread at a time. */
@FunctionalInterface
interface EntryScan {
  List<FoundEntry> read(Set<InetAddress> addresses) throws TableException;
}
