package io.conntracksync.node.session;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.FlowEnds;
import io.conntracksync.node.table.RefusalReason;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A source may only bring flows of the VM: one end is an address of the sync, and both ends are
 * addresses that a single other machine can have.
 */
record SyncAdmission(Set<InetAddress> addresses) implements Admission {
  private static final byte[] BROADCAST = {-1, -1, -1, -1};

  @Override
  public Optional<RefusalReason> refusal(FlowEnds ends) {
    if (!addresses.contains(ends.initiator()) && !addresses.contains(ends.responder())) {
      return Optional.of(RefusalReason.FOREIGN_ADDRESS);
    }
    return isUnicast(ends.initiator()) && isUnicast(ends.responder())
        ? Optional.empty()
        : Optional.of(RefusalReason.NOT_UNICAST);
  }

  private static boolean isUnicast(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isMulticastAddress()
        && !address.isAnyLocalAddress()
        && !Arrays.equals(address.getAddress(), BROADCAST);
  }
}
