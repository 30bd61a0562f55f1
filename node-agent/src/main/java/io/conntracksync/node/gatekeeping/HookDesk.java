package io.conntracksync.node.gatekeeping;

/** Knows the answers to the hooks. Every call returns at once; safe for use by several threads. */
public interface HookDesk {
  /** An incoming migration of this domain is announced. */
  void incoming(String domain, String uuid);

  /** This domain is about to start. */
  Pending<HookAnswer> await(String domain, String uuid);

  /** Some domain is about to start: a hook that does not say which. */
  Pending<HookAnswer> awaitOnly();
}
