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
        .or(() -> state.filter(s -> own.isEmpty()).flatMap(s -> endBySuccessor(question, s)))
        .orElseGet(() -> withoutEnd(instance, migration));
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

  // The VM's next migration has overwritten the end of this one. It leaves from the node that this
  // one led to: so this one got there.
  private static Optional<MigrationSight> endBySuccessor(
      MigrationQuestion question, MigrationState other) {
    return question.targetNode().equals(other.sourceNode()) && other.migrationUid() != null
        ? Optional.of(new MigrationSight.Succeeded())
        : Optional.empty();
  }

  private static MigrationSight withoutEnd(
      Optional<VirtualMachineInstance> instance,
      Optional<VirtualMachineInstanceMigration> migration) {
    if (instance.isEmpty()) {
      return new MigrationSight.InstanceGone();
    }
    return migration.isPresent() ? new MigrationSight.Running() : new MigrationSight.Gone();
  }
}
