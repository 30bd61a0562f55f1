package io.conntracksync.e2e.cluster;

import io.conntracksync.e2e.bed.LauncherImage;
import io.conntracksync.e2e.bed.LauncherRoot;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.MigrationResult;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.bed.VirtualMachine;
import io.conntracksync.e2e.kubevirt.PlayedMigration;
import io.conntracksync.e2e.kubevirt.PlayedVmi;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A VM with its objects, and a migration of it as KubeVirt drives it: objects and libvirt in step.
 */
public final class MigrationStory {
  private final VirtualMachine vm;
  private final PlayedVmi vmi;

  private MigrationStory(VirtualMachine vm, PlayedVmi vmi) {
    this.vm = vm;
    this.vmi = vmi;
  }

  /**
   * Starts a VM of this name on the node, in the API and in libvirt: in that of its launcher where
   * the bed has pods.
   */
  public static MigrationStory begin(Cluster cluster, String vmName, Node node) {
    return begin(cluster, vmName, node, root -> {});
  }

  /** The same with something done to the launcher's root before anything runs in it. */
  public static MigrationStory begin(
      Cluster cluster, String vmName, Node node, Consumer<LauncherRoot> change) {
    VirtualMachine vm = cluster.bed().virtualMachine(Cluster.NAMESPACE, vmName);
    PlayedVmi vmi =
        cluster.kubeVirt().runVmi(Cluster.NAMESPACE, vmName, node.name(), vm.addresses().both());
    node.pod()
        .ifPresent(
            pod -> pod.startLauncher(vmi.launcherUid(), LauncherImage.WITH_MAIN_HOOK, change));
    vm.create(node);
    return new MigrationStory(vm, vmi);
  }

  public VirtualMachine vm() {
    return vm;
  }

  public PlayedVmi vmi() {
    return vmi;
  }

  /** Migrates it under a VirtualMachineInstanceMigration of this name. */
  public MigrationResult migrate(
      String migrationName, Node source, Node target, MigrationOptions options) {
    PlayedMigration migration = vmi.createMigration(migrationName, target.name());
    AtomicReference<MigrationResult> result = new AtomicReference<>();
    migration.play(() -> result.set(vm.migrate(source, target, options).orThrow()));
    return result.get();
  }

  /** Ends the VM on that node, and its objects. */
  public void end(Node node) {
    vm.destroy(node);
    vmi.delete();
  }
}
