package io.conntracksync.node.table.netfilter;

/**
 * An entry as the kernel showed it.
 *
 * @param kernelId chosen by the kernel; guards a DELETE against hitting another entry
 * @param kernelStatus all status bits, also those that a {@link Flow} does not keep
 */
record Tracked(int kernelId, int kernelStatus, Flow flow) {
  /** A closing TCP connection with less time left is gone before anyone could use its entry. */
  private static final int LINGERING_SECONDS = 2;

  /** Whether the entry will still be of use when it arrives. */
  boolean isWorthCarrying() {
    boolean ended =
        flow.state() instanceof ProtocolState.Tcp tcp
            && tcp.lingers()
            && flow.timeoutSeconds() < LINGERING_SECONDS;
    return !isDying() && !ended;
  }

  boolean isDying() {
    return (kernelStatus & Status.DYING) != 0;
  }
}
