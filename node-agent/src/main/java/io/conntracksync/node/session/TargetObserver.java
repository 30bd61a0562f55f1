package io.conntracksync.node.session;

/** Is told how the target's sessions get on; must return at once. */
@FunctionalInterface
public interface TargetObserver {
  void progressed(SyncOrder order, TargetProgress progress);
}
