package io.conntracksync.node.transfer;

/** Counts what went wrong with a peer; safe for use by several threads. */
@FunctionalInterface
public interface FaultCounter {
  void count(TransferFault fault);
}
