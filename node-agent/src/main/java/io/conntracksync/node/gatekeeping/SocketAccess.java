package io.conntracksync.node.gatekeeping;

import java.time.Duration;
import java.util.Set;

/**
 * Who may ask at a socket, and how much of us they get.
 *
 * @param uids users that are answered, as the kernel names them
 * @param maxConnections connections at a time; each has a thread while it lasts
 * @param lineTimeout how long the question may take to arrive
 */
public record SocketAccess(Set<Integer> uids, int maxConnections, Duration lineTimeout) {
  /** Root and KubeVirt's user 107 (its virt-launcher runs libvirt as that), 64, one second. */
  public static final SocketAccess DEFAULTS =
      new SocketAccess(Set.of(0, 107), 64, Duration.ofSeconds(1));

  public SocketAccess {
    uids = Set.copyOf(uids);
    if (uids.isEmpty() || maxConnections < 1 || lineTimeout.toMillis() < 1) {
      throw new IllegalArgumentException(
          "a socket for %d users, %d connections and lines within %s; at least 1 of each"
              .formatted(uids.size(), maxConnections, lineTimeout));
    }
  }
}
