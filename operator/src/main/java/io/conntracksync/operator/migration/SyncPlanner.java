package io.conntracksync.operator.migration;

import io.conntracksync.operator.events.Notice;
import io.conntracksync.operator.events.Subject;
import io.conntracksync.operator.kubevirt.InstanceStatus;
import io.conntracksync.operator.kubevirt.MigrationSpec;
import io.conntracksync.operator.kubevirt.MigrationState;
import io.conntracksync.operator.kubevirt.VirtualMachineInstance;
import io.conntracksync.operator.kubevirt.VirtualMachineInstanceMigration;
import io.conntracksync.operator.settings.SyncDefaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what a migration needs. Pure. The moment is KubeVirt's hand-over: one write to the VM
 * names the migration, both nodes and both pods, before the memory copy can begin; the migration's
 * own copy of that is complete only at its end.
 */
final class SyncPlanner {
  private static final Plan NOTHING = new Plan.Nothing(List.of());
  private static final int MOST_ADDRESSES = 16;

  private final SyncDefaults defaults;

  SyncPlanner(SyncDefaults defaults) {
    this.defaults = defaults;
  }

  Plan plan(VirtualMachineInstanceMigration migration, Optional<VirtualMachineInstance> instance) {
    if (isOver(migration) || migration.getSpec() == null) {
      return NOTHING;
    }
    if (isDecentralised(migration.getSpec())) {
      return new Plan.Nothing(List.of(about(migration, decentralised(migration))));
    }
    return instance
        .filter(vmi -> vmi.getStatus() != null)
        .flatMap(vmi -> handOver(migration, vmi.getStatus()).map(s -> plan(migration, vmi, s)))
        .orElse(NOTHING);
  }

  private Plan plan(
      VirtualMachineInstanceMigration migration,
      VirtualMachineInstance instance,
      MigrationState state) {
    VmSettings settings = VmSettings.read(annotations(instance), defaults);
    List<Plan.Saying> sayings = new ArrayList<>();
    settings.notices().forEach(n -> sayings.add(new Plan.Saying(Subject.of(instance), n)));
    if (settings.participation() == VmSettings.Participation.LEFT_ALONE) {
      return new Plan.Nothing(sayings);
    }
    List<String> addresses = VmAddresses.of(instance.getStatus());
    if (addresses.isEmpty()) {
      sayings.add(about(migration, noAddress(instance)));
      return new Plan.Nothing(sayings);
    }
    if (addresses.size() > MOST_ADDRESSES) {
      sayings.add(about(migration, tooMany(instance, addresses)));
      addresses = addresses.subList(0, MOST_ADDRESSES);
    }
    return new Plan.Create(draft(migration, instance, state, addresses, settings), sayings);
  }

  // The state of the previous migration stays on the VM until the next hand-over.
  private static Optional<MigrationState> handOver(
      VirtualMachineInstanceMigration migration, InstanceStatus status) {
    return Optional.ofNullable(status.migrationState())
        .filter(state -> migration.getMetadata().getUid().equals(state.migrationUid()))
        .filter(state -> state.sourceNode() != null && state.targetNode() != null)
        .filter(state -> !state.sourceNode().equals(state.targetNode()))
        .filter(state -> !state.isOver());
  }

  private static SyncDraft draft(
      VirtualMachineInstanceMigration migration,
      VirtualMachineInstance instance,
      MigrationState state,
      List<String> addresses,
      VmSettings settings) {
    return new SyncDraft(
        migration.getMetadata().getNamespace(),
        migration.getMetadata().getName(),
        migration.getMetadata().getUid(),
        instance.getMetadata().getName(),
        state.sourceNode(),
        state.targetNode(),
        Optional.ofNullable(state.sourcePod()),
        Optional.ofNullable(state.targetPod()),
        addresses,
        settings.values());
  }

  private static boolean isOver(VirtualMachineInstanceMigration migration) {
    String phase = migration.getStatus() == null ? null : migration.getStatus().phase();
    return migration.getMetadata().getDeletionTimestamp() != null
        || "Succeeded".equals(phase)
        || "Failed".equals(phase);
  }

  private static boolean isDecentralised(MigrationSpec spec) {
    return spec.sendTo() != null || spec.receive() != null;
  }

  private static Map<String, String> annotations(VirtualMachineInstance instance) {
    return Optional.ofNullable(instance.getMetadata().getAnnotations()).orElse(Map.of());
  }

  private static Plan.Saying about(VirtualMachineInstanceMigration migration, Notice notice) {
    return new Plan.Saying(Subject.of(migration), notice);
  }

  private static Notice decentralised(VirtualMachineInstanceMigration migration) {
    return MigrationReason.DECENTRALISED_MIGRATION.notice(
        "migration "
            + migration.getMetadata().getName()
            + " has spec.sendTo or spec.receive: the other node is not known here, so its"
            + " connections are not synced; migrate within the namespace to keep them");
  }

  private static Notice noAddress(VirtualMachineInstance instance) {
    return MigrationReason.NO_ADDRESS.notice(
        "virtual machine "
            + instance.getMetadata().getName()
            + " has no address in status.interfaces, so there are no connections to sync; install"
            + " the guest agent if its addresses are on secondary networks, or annotate it with "
            + VmSettings.ENABLED
            + "=false");
  }

  private static Notice tooMany(VirtualMachineInstance instance, List<String> addresses) {
    return MigrationReason.ADDRESSES_LEFT_OUT.notice(
        "virtual machine "
            + instance.getMetadata().getName()
            + " has "
            + addresses.size()
            + " addresses, a sync takes "
            + MOST_ADDRESSES
            + "; connections of the last "
            + (addresses.size() - MOST_ADDRESSES)
            + " are not synced. Put the addresses that matter on the first interfaces");
  }
}
