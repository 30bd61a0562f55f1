package io.conntracksync.node.table;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * Which entries a source need not send. A flow whose initiator is translated to an address of the
 * source node gets its answers there: on the target the entry could do nothing but stand in the way
 * of another. Pure.
 *
 * @param nodeAddresses all addresses of the node whose table it is
 */
public record ExportRule(EntryReader reader, Set<InetAddress> nodeAddresses) {
  public ExportRule {
    nodeAddresses = Set.copyOf(nodeAddresses);
  }

  /** Why not, or empty when it is to be sent. */
  public Optional<RefusalReason> refusal(Entry entry) {
    return reader
        .translatedInitiator(entry)
        .filter(nodeAddresses::contains)
        .map(address -> RefusalReason.SOURCE_NODE_ADDRESS);
  }
}
