package io.conntracksync.e2e.bed;

/** What a launcher's container comes with, by the version of KubeVirt. */
public enum LauncherImage {
  /** 1.5 and later: a main hook, so that libvirt calls hooks, and no folder beside it. */
  WITH_MAIN_HOOK,
  /** Up to 1.4: libvirt looked for a main hook when it started and calls none. */
  WITHOUT_MAIN_HOOK
}
