package io.conntracksync.node.agent;

/** Keys of log pairs of the program; those of a sync are in the session's {@code LogKeys}. */
final class AgentLogKeys {
  static final String NODE = "node";
  static final String ADDRESS = "address";
  static final String FORMAT = "format";
  static final String ENTRIES = "entries";
  static final String CAPACITY = "capacity";
  static final String VERSION = "version";
  static final String PART = "part";
  static final String ADVICE = "advice";
  static final String MESSAGE = "message";
  static final String WHY = "why";
  static final String PATH = "path";

  private AgentLogKeys() {}
}
