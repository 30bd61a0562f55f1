package io.conntracksync.operator.kubevirt;

/**
 * Told of everything that may change what a migration looks like. Called on the informers' threads:
 * must return at once.
 */
public interface KubeVirtListener {
  /** This migration appeared, changed or is gone. */
  void migrationChanged(String namespace, String migrationName);

  /** This VM appeared, changed or is gone. */
  void instanceChanged(String namespace, String instanceName);

  /** Both caches are filled: what was told before could not be looked up yet. */
  void filled();
}
