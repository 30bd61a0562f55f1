package io.conntracksync.node.gatekeeping;

/** Counts what went wrong with hooks; safe for use by several threads. */
@FunctionalInterface
public interface HookFaultCounter {
  void count(HookFault fault);
}
