package io.conntracksync.e2e.traffic;

/** What is attached to a selector's key and called when the key is ready. Must not block. */
interface Selected {
  void selected();
}
