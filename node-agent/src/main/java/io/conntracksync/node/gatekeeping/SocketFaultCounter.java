package io.conntracksync.node.gatekeeping;

/** Counts what went wrong with hooks or gates; safe for use by several threads. */
@FunctionalInterface
public interface SocketFaultCounter {
  void count(SocketFault fault);
}
