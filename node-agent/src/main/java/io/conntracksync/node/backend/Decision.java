package io.conntracksync.node.backend;

/** What is to be done about the node's table, and why. */
sealed interface Decision {
  /** A sentence without its end. */
  String why();

  /** Use this backend. */
  record Take(Backend backend, String why) implements Decision {}

  /** It cannot be said yet: look again. */
  record Wait(String why) implements Decision {}

  /** Somebody has to change something first. */
  record Refuse(String why) implements Decision {}
}
