package io.conntracksync.node.kube;

/** Keys of log pairs of this package; those of a sync are in the session's {@code LogKeys}. */
final class KubeLogKeys {
  static final String NODE = "node";
  static final String OBJECT = "object";
  static final String PORT = "port";
  static final String FIELDS = "fields";
  static final String WHY = "why";
  static final String RESTARTS = "restarts";
  static final String READY = "ready";

  private KubeLogKeys() {}
}
