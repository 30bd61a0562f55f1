package io.conntracksync.node.pod;

import io.conntracksync.node.session.SyncOrder;

/** Is told what became of the hook in the launcher pod of a sync; must return at once. */
@FunctionalInterface
public interface HookObserver {
  /**
   * It has come to this; told again when it comes to something else.
   *
   * @param message a sentence for administrators
   */
  void told(SyncOrder order, HookInstallation result, String message);
}
