package io.conntracksync.node.agent;

/** What became of the attempt to put the hook into a launcher pod. */
enum HookInstallation {
  INSTALLED,
  /** libvirt runs no hooks there. */
  NO_MAIN_HOOK,
  /** Something there is not as it should be, or must not be trusted. */
  REFUSED
}
