package io.conntracksync.node.table;

/**
 * Is told of an entry before it is changed or taken out, so that it is known even if nothing comes
 * after. A change that is told and then fails has done no harm: the entry is as it was.
 */
@FunctionalInterface
public interface FormerSink {
  /** For whoever will not want them back. */
  FormerSink NONE = former -> {};

  void accept(Former former);
}
