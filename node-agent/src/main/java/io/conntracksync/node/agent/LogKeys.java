package io.conntracksync.node.agent;

/** Keys of log pairs in this package. */
final class LogKeys {
  static final String NODE = "node";
  static final String ADDRESS = "address";
  static final String FORMAT = "format";
  static final String ENTRIES = "entries";
  static final String CAPACITY = "capacity";
  static final String VERSION = "version";
  static final String PORT = "port";
  static final String WHY = "why";

  private LogKeys() {}
}
