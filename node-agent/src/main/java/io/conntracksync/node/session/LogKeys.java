package io.conntracksync.node.session;

/** The keys of what log lines of sessions and their connections carry. */
public final class LogKeys {
  /** MDC: namespace of the sync. */
  public static final String NAMESPACE = "namespace";

  /** MDC: name of the sync. */
  public static final String NAME = "name";

  /** MDC: uid of the sync. */
  public static final String UID = "uid";

  /** MDC: {@code source} or {@code target}. */
  public static final String ROLE = "role";

  public static final String PEER = "peer";
  public static final String ENDPOINT = "endpoint";
  public static final String ENTRIES = "entries";
  public static final String BYTES = "bytes";
  public static final String REFUSED = "refused";
  public static final String RESTORED = "restored";
  public static final String REASSERTED = "reasserted";
  public static final String REASON = "reason";
  public static final String MESSAGE = "message";
  public static final String CONCLUSION = "conclusion";
  public static final String OUTCOME = "outcome";
  public static final String WAITED_MILLIS = "waitedMillis";
  public static final String FAULT = "fault";

  private LogKeys() {}
}
