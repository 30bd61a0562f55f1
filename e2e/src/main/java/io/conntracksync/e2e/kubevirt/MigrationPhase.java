package io.conntracksync.e2e.kubevirt;

/** The phases of a VirtualMachineInstanceMigration inside one cluster, as KubeVirt spells them. */
enum MigrationPhase {
  PENDING("Pending"),
  SCHEDULING("Scheduling"),
  SCHEDULED("Scheduled"),
  PREPARING_TARGET("PreparingTarget"),
  TARGET_READY("TargetReady"),
  RUNNING("Running"),
  SUCCEEDED("Succeeded"),
  FAILED("Failed");

  private final String text;

  MigrationPhase(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
