package io.conntracksync.node.table.netfilter;

/**
 * An entry as the kernel showed it.
 *
 * @param kernelId chosen by the kernel; guards a DELETE against hitting another entry
 * @param kernelStatus all status bits, also those that a {@link Flow} does not keep
 */
record Tracked(int kernelId, int kernelStatus, Flow flow) {
  boolean isDying() {
    return (kernelStatus & Status.DYING) != 0;
  }
}
