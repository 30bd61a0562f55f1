package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.Outcome;
import io.conntracksync.operator.kubevirt.MigrationSight;
import java.util.Optional;

/** What the end of a migration means for its sync. Pure. */
final class Conclusions {
  private Conclusions() {}

  static Optional<Standing> ofMigration(Observation seen) {
    return seen.migration().flatMap(sight -> of(seen.sync(), sight));
  }

  private static Optional<Standing> of(SyncView sync, MigrationSight sight) {
    if (sight instanceof MigrationSight.Succeeded) {
      return Optional.of(succeeded(sync));
    }
    if (sight instanceof MigrationSight.Failed failed) {
      return concluded(
          sync,
          Outcome.FAILED,
          Reason.MIGRATION_FAILED,
          "the migration failed"
              + (failed.why().isEmpty() ? "" : " (" + failed.why() + ")")
              + ": "
              + stays(sync));
    }
    if (sight instanceof MigrationSight.Aborted) {
      return concluded(
          sync,
          Outcome.CANCELLED,
          Reason.MIGRATION_ABORTED,
          "the migration was called off: " + stays(sync));
    }
    if (sight instanceof MigrationSight.Gone) {
      return concluded(
          sync,
          Outcome.CANCELLED,
          Reason.MIGRATION_GONE,
          "the migration is gone and left no end behind: " + stays(sync));
    }
    if (sight instanceof MigrationSight.InstanceGone) {
      return concluded(
          sync,
          Outcome.CANCELLED,
          Reason.VIRTUAL_MACHINE_GONE,
          "virtual machine "
              + sync.instance()
              + " is gone: the entries that came to node "
              + sync.targetNode()
              + " are removed; nothing is to be done");
    }
    return Optional.empty(); // Running, Unknown
  }

  private static Standing succeeded(SyncView sync) {
    if (sync.progress() == Progress.IMPORTED) {
      return Standing.concluded(
          Outcome.COMPLETED,
          Reason.MIGRATION_SUCCEEDED,
          "virtual machine "
              + sync.instance()
              + " runs on node "
              + sync.targetNode()
              + " with its entries",
          sync.place());
    }
    return Standing.concluded(
        Outcome.COMPLETED,
        Reason.ENTRIES_NOT_IMPORTED,
        "virtual machine "
            + sync.instance()
            + " runs on node "
            + sync.targetNode()
            + ", but its entries were not there in time: connections may be cut. See the conditions"
            + " Exported and Imported for the cause; raise hookDeadline to wait longer",
        sync.place());
  }

  private static Optional<Standing> concluded(
      SyncView sync, Outcome outcome, Reason reason, String message) {
    return Optional.of(Standing.concluded(outcome, reason, message, sync.place()));
  }

  private static String stays(SyncView sync) {
    return "the virtual machine goes on at node "
        + sync.sourceNode()
        + " with its connections; entries that came to node "
        + sync.targetNode()
        + " are removed";
  }
}
