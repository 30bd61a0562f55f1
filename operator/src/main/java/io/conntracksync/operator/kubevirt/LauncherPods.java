package io.conntracksync.operator.kubevirt;

import java.util.Optional;

/** Finds the uids of the two launcher pods of a migration. Empty when they cannot be read. */
public interface LauncherPods {
  /** The pod that the VM leaves. */
  Optional<String> sourceUid(String namespace, String podName);

  /** The pod that was made for this migration. */
  Optional<String> targetUid(String namespace, String podName, String migrationUid);
}
