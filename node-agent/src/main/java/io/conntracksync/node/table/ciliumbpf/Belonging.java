package io.conntracksync.node.table.ciliumbpf;

import java.net.InetAddress;
import java.util.Set;

/**
 * Which entries of a node are those of some addresses. A flow between two pods of one node has two
 * entries, one of each; that of the other end is not ours to move. Pure.
 */
final class Belonging {
  private Belonging() {}

  static boolean isOf(CtKey key, CtValue value, Generation generation, Set<InetAddress> addresses) {
    if (!key.isOut()) {
      return addresses.contains(key.source());
    }
    if ((value.flags() & CtFlags.NODE_PORT) != 0) {
      // Made where the flow entered from outside, with that node's own address.
      return false;
    }
    return addresses.contains(key.destination())
        || (isFrontend(key, value, generation) && addresses.contains(key.source()));
  }

  /**
   * Whether two values of one key are of the same flow seen from the same pod. An OUT entry is the
   * initiator's, but the responder's where it holds a frontend, and the node's own where it is of a
   * flow from outside.
   */
  static boolean areOfOne(CtKey key, CtValue one, CtValue other, Generation generation) {
    return !key.isOut()
        || (((one.flags() ^ other.flags()) & CtFlags.NODE_PORT) == 0
            && isFrontend(key, one, generation) == isFrontend(key, other, generation));
  }

  /** Tells with which frontend's address the pod answers; up to 1.18 it does not say which. */
  private static boolean isFrontend(CtKey key, CtValue value, Generation generation) {
    return key.flags() == CtKey.OUT
        && (value.flags() & CtFlags.DSR) != 0
        && generation.holdsNat()
        && value.extra() != 0;
  }
}
