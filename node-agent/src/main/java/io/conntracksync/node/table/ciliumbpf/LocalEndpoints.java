package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;

/**
 * The addresses of this node's endpoints, as Cilium lists them for its datapath: key {@code address
 * 16 · family u8 (1, 2) · 3 zeros}, an IPv4 address in the first 4. Source: facts/cilium.md, 11.
 */
final class LocalEndpoints {
  private static final String PIN = "cilium_lxc";
  private static final int KEY = 20;
  private static final int FAMILY = 16;
  private static final int LEAST_VALUE = 1;

  private final PinnedMaps maps;

  LocalEndpoints(PinnedMaps maps) {
    this.maps = maps;
  }

  /**
   * Whether there is a list and none of these on it. An endpoint may be without some of them: where
   * Cilium does without IPv6, for one.
   */
  boolean lacks(Collection<InetAddress> addresses) throws TableException {
    Optional<BpfMap> list = maps.find(PIN, KEY, LEAST_VALUE);
    if (list.isEmpty()) {
      return false;
    }
    try {
      for (InetAddress address : addresses) {
        if (list.get().lookup(key(address)).isPresent()) {
          return false;
        }
      }
      return true;
    } catch (SystemCallException e) {
      throw MapFailure.of(e);
    }
  }

  static byte[] key(InetAddress address) {
    return ByteBuffer.allocate(KEY)
        .put(address.getAddress())
        .put(FAMILY, (byte) (Family.of(address) == Family.IPV4 ? 1 : 2))
        .array();
  }
}
