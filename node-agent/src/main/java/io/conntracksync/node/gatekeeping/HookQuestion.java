package io.conntracksync.node.gatekeeping;

/** One line that a hook may say. */
sealed interface HookQuestion {
  /** {@code incoming <domain> <uuid>}: a migration of the domain is coming in. */
  record Incoming(String domain, String uuid) implements HookQuestion {}

  /** {@code wait <domain> <uuid>}: the domain is about to start. */
  record Wait(String domain, String uuid) implements HookQuestion {}

  /** {@code wait}: some domain is about to start. */
  record WaitForOnly() implements HookQuestion {}
}
