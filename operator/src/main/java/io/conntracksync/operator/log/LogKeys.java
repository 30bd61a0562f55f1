package io.conntracksync.operator.log;

/** The keys of log pairs and of the MDC. */
public final class LogKeys {
  /** {@code namespace/name} of the sync that is worked on. */
  public static final String SYNC = "sync";

  /** Its uid. */
  public static final String SYNC_UID = "syncUid";

  /** {@code namespace/name} of a migration. */
  public static final String MIGRATION = "migration";

  /** Where a sync stands. */
  public static final String PHASE = "phase";

  /** Why. */
  public static final String REASON = "reason";

  /** The sentence for people that goes with it. */
  public static final String MESSAGE = "message";

  /** A TCP port. */
  public static final String PORT = "port";

  /** Name of a node. */
  public static final String NODE = "node";

  /** Name of a kind, of a resource or of a definition. */
  public static final String RESOURCE = "resource";

  /** Name of a namespace. */
  public static final String NAMESPACE = "namespace";

  private LogKeys() {}
}
