package io.conntracksync.node.session;

/** Is told how the source's sessions get on; must return at once. */
@FunctionalInterface
public interface SourceObserver {
  void progressed(SyncOrder order, SourceProgress progress);
}
