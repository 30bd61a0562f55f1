package io.conntracksync.api.v1alpha1;

/** The {@code type} of every condition of the API; each has one writer. */
public final class ConditionType {
  /** Sync, by the operator: the target has a port. */
  public static final String ASSIGNED = "Assigned";

  /** Sync, by the operator: the sync reached its end. */
  public static final String CONCLUDED = "Concluded";

  /** Sync, by the source's agent: the snapshot was sent and acknowledged. */
  public static final String EXPORTED = "Exported";

  /** Sync, by the target's agent: the entries are in its table. */
  public static final String IMPORTED = "Imported";

  /** Sync, by the target's agent: the hook is in the launcher pod that the VM moves into. */
  public static final String HOOK_INSTALLED = "HookInstalled";

  /** Node, by its agent: it can sync. */
  public static final String READY = "Ready";

  private ConditionType() {}
}
