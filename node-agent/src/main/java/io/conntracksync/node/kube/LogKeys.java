package io.conntracksync.node.kube;

/** Keys of log pairs and of the MDC in this package. */
final class LogKeys {
  /** {@code namespace/name} of a ConntrackSync. */
  static final String SYNC = "sync";

  static final String SYNC_UID = "syncUid";
  static final String ROLE = "role";
  static final String NODE = "node";
  static final String PORT = "port";
  static final String CONCLUSION = "conclusion";
  static final String FIELDS = "fields";
  static final String WHY = "why";
  static final String RETRY_IN = "retryIn";
  static final String RESTARTS = "restarts";
  static final String READY = "ready";

  private LogKeys() {}
}
