package io.conntracksync.node.journal;

/** Counts what is wrong with journals; must return at once. */
@FunctionalInterface
public interface JournalFaultCounter {
  void count(JournalFault fault);
}
