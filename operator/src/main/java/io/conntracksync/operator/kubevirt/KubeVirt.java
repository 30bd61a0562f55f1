package io.conntracksync.operator.kubevirt;

/** Names that KubeVirt gives to things (kubevirt.io/api core/v1). */
public final class KubeVirt {
  /** Its API group. */
  public static final String GROUP = "kubevirt.io";

  /** The version that every release since 1.0 serves and stores. */
  public static final String VERSION = "v1";

  /** On a target launcher pod: the uid of the migration that it was made for. */
  public static final String MIGRATION_UID_LABEL = "kubevirt.io/migrationJobUID";

  /** On a migration: the name of its VM. */
  public static final String VMI_NAME_LABEL = "kubevirt.io/vmi-name";

  private KubeVirt() {}
}
