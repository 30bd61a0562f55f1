package io.conntracksync.node.table;

import java.net.InetAddress;
import java.util.Set;

/** The addresses of the node whose table it is; they may change while the agent runs. */
@FunctionalInterface
public interface NodeAddresses {
  /** Those of all its interfaces, of both families, as they are now. Returns at once. */
  Set<InetAddress> now();
}
