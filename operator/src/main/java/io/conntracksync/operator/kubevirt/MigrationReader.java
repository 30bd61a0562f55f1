package io.conntracksync.operator.kubevirt;

import java.util.Optional;

/**
 * Reads a migration's fate from its two objects. Pure. The VM's state comes first: it has the end
 * before the migration does, and it stays when a cancelled migration vanishes within moments.
 */
final class MigrationReader {
  private static final String ABORT_REQUESTED = "migrationAbortRequested";

  private MigrationReader() {}

  static MigrationSight read(
      MigrationQuestion question,
      Optional<VirtualMachineInstance> instance,
      Optional<VirtualMachineInstanceMigration> sameName) {
    Optional<VirtualMachineInstanceMigration> migration =
        sameName.filter(m -> question.migrationUid().equals(m.getMetadata().getUid()));
    Optional<MigrationState> state =
        instance
            .flatMap(vmi -> Optional.ofNullable(vmi.getStatus()))
            .flatMap(status -> Optional.ofNullable(status.migrationState()));
    Optional<MigrationState> own =
        state.filter(s -> question.migrationUid().equals(s.migrationUid()));
    return own.flatMap(MigrationReader::endByInstance)
        .or(() -> migration.flatMap(m -> endByMigration(m, own)))
        .orElseGet(
            () ->
                migration.isPresent() && instance.isPresent()
                    ? new MigrationSight.Running()
                    : withoutTrace(question, instance, own));
  }

  private static Optional<MigrationSight> endByInstance(MigrationState state) {
    if (state.isAborted()) {
      return Optional.of(new MigrationSight.Aborted());
    }
    if (state.isFailed()) {
      return Optional.of(
          new MigrationSight.Failed(Optional.ofNullable(state.failureReason()).orElse("")));
    }
    // An abort that came too late leaves abortRequested behind on a migration that succeeded.
    return state.isCompleted() ? Optional.of(new MigrationSight.Succeeded()) : Optional.empty();
  }

  private static Optional<MigrationSight> endByMigration(
      VirtualMachineInstanceMigration migration, Optional<MigrationState> own) {
    String phase = migration.getStatus() == null ? null : migration.getStatus().phase();
    if ("Succeeded".equals(phase)) {
      return Optional.of(new MigrationSight.Succeeded());
    }
    if (!"Failed".equals(phase)) {
      return Optional.empty();
    }
    boolean aborted =
        isAbortRequested(migration)
            || own.filter(s -> Boolean.TRUE.equals(s.abortRequested())).isPresent();
    return Optional.of(aborted ? new MigrationSight.Aborted() : new MigrationSight.Failed(""));
  }

  private static boolean isAbortRequested(VirtualMachineInstanceMigration migration) {
    return migration.getStatus().conditions() != null
        && migration.getStatus().conditions().stream()
            .anyMatch(c -> ABORT_REQUESTED.equals(c.type()) && "True".equals(c.status()));
  }

  private static MigrationSight withoutTrace(
      MigrationQuestion question,
      Optional<VirtualMachineInstance> instance,
      Optional<MigrationState> own) {
    if (instance.isEmpty()) {
      return new MigrationSight.InstanceGone();
    }
    // Another migration has overwritten the end of this one. Where the VM runs tells it.
    boolean there =
        instance
            .map(VirtualMachineInstance::getStatus)
            .filter(status -> question.targetNode().equals(status.nodeName()))
            .isPresent();
    return own.isEmpty() && there ? new MigrationSight.Succeeded() : new MigrationSight.Gone();
  }
}
