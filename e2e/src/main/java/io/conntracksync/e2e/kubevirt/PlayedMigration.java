package io.conntracksync.e2e.kubevirt;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One migration, step by step; the methods stand in the order in which KubeVirt does them. Each
 * says what it writes: VMI is the VirtualMachineInstance, VMIM the VirtualMachineInstanceMigration.
 *
 * <p>The name of a migration is used again by others, its uid is not: the state on the VMI is of
 * this migration only if {@code migrationUid} says so.
 */
public final class PlayedMigration {
  // virt-handler's proxies: libvirt's own calls and the guest's memory, on ports of its pod.
  private static final Map<String, Object> PROXY_PORTS = Map.of("41877", 0, "36021", 49152);

  private final PlayedVmi vmi;
  private final String name;
  private final String uid;
  private final String sourceNode;
  private final Pod sourcePod;
  private final String targetNode;
  private Pod targetPod;

  private PlayedMigration(PlayedVmi vmi, String name, String uid, String targetNode) {
    this.vmi = vmi;
    this.name = name;
    this.uid = uid;
    this.sourceNode = vmi.node();
    this.sourcePod = vmi.launcher();
    this.targetNode = targetNode;
  }

  static PlayedMigration create(PlayedVmi vmi, String name, String targetNode) {
    GenericKubernetesResource migration = new GenericKubernetesResource();
    migration.setApiVersion(KubeVirtApi.API_VERSION);
    migration.setKind(KubeVirtApi.MIGRATION);
    migration.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(vmi.namespace())
            .withName(name)
            .addToLabels(KubeVirtApi.LABEL_VMI_NAME, vmi.name())
            .withFinalizers(KubeVirtApi.MIGRATION_FINALIZER)
            .build());
    migration.setAdditionalProperty("spec", Map.of("vmiName", vmi.name()));
    String uid = vmi.api().create(migration).getMetadata().getUid();
    return new PlayedMigration(vmi, name, uid, targetNode);
  }

  /**
   * The whole of it. The real migration runs between {@link #running} and {@link
   * #targetDomainDetected}; when it throws, the migration is written as failed and the exception
   * goes on.
   */
  public void play(Runnable realMigration) {
    prepare();
    running();
    try {
      realMigration.run();
    } catch (RuntimeException e) {
      failed("Live migration failed: " + e.getMessage());
      throw e;
    }
    targetDomainDetected();
    targetDomainReady();
    succeeded();
  }

  /** Everything before libvirt migrates. */
  public void prepare() {
    pending();
    scheduling();
    scheduled();
    handOver();
    targetReady();
  }

  /** VMIM: Pending, with the source pod. */
  public void pending() {
    editStatus(
        status ->
            Fields.map(status, "migrationState")
                .put("sourcePod", sourcePod.getMetadata().getName()));
    phase(MigrationPhase.PENDING);
  }

  /** The target pod is created; VMIM: Scheduling; VMI: the pod is active, but on no node yet. */
  public void scheduling() {
    targetPod = vmi.createLauncher();
    vmi.pods().markTarget(targetPod, name, uid);
    phase(MigrationPhase.SCHEDULING);
    activePod("");
  }

  /** The target pod runs; VMI: it is active on its node; VMIM: Scheduled. */
  public void scheduled() {
    vmi.pods().runOn(targetPod, targetNode);
    activePod(targetNode);
    phase(MigrationPhase.SCHEDULED);
  }

  /**
   * VMI: both nodes, both pods and this migration's uid in one write, in place of the state of the
   * migration before; VMIM: PreparingTarget.
   */
  public void handOver() {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("migrationUid", uid);
    state.put("sourceNode", sourceNode);
    state.put("sourcePod", sourcePod.getMetadata().getName());
    state.put("targetNode", targetNode);
    state.put("targetPod", targetPod.getMetadata().getName());
    state.put("migrationConfiguration", Map.of("allowPostCopy", false));
    vmi.edit(
        found -> {
          vmi.label(found, KubeVirtApi.LABEL_TARGET_NODE, targetNode);
          Fields.status(found).put("migrationState", state);
        });
    phase(MigrationPhase.PREPARING_TARGET);
  }

  /** VMI: address and ports of the target's proxies; VMIM: TargetReady. */
  public void targetReady() {
    vmi.editState(
        state -> {
          state.put("targetNodeAddress", "10.244.3.17");
          state.put("targetDirectMigrationNodePorts", PROXY_PORTS);
        });
    phase(MigrationPhase.TARGET_READY);
  }

  /** VMI: start and mode, written after libvirt was told to migrate; VMIM: Running. */
  public void running() {
    vmi.editState(
        state -> {
          state.put("startTimestamp", vmi.now());
          state.put("mode", "PreCopy");
        });
    phase(MigrationPhase.RUNNING);
  }

  /** VMI: libvirt on the target knows the domain, in whatever state. */
  public void targetDomainDetected() {
    vmi.editState(state -> state.put("targetNodeDomainDetected", true));
  }

  /** The guest runs on the target. Target pod: marked for network plugins; VMI: since when. */
  public void targetDomainReady() {
    vmi.pods().markGuestRunning(targetPod, vmi.now());
    vmi.editState(state -> state.put("targetNodeDomainReadyTimestamp", vmi.now()));
  }

  /**
   * VMI: its node is the target, with the end's time, and then {@code completed}; VMIM: Succeeded,
   * then the full state, then no finalizer.
   */
  public void succeeded() {
    vmi.edit(
        found -> {
          vmi.label(found, KubeVirtApi.LABEL_NODE, targetNode);
          Fields.status(found).put("nodeName", targetNode);
          Fields.migrationState(found).put("endTimestamp", vmi.now());
        });
    vmi.editState(state -> state.put("completed", true));
    vmi.movedTo(targetNode, targetPod);
    conclude(MigrationPhase.SUCCEEDED);
  }

  /** VMI: failed, with the reason, in one write; VMIM: Failed; the VMI stays where it was. */
  public void failed(String reason) {
    vmi.editState(state -> fail(state, reason));
    vmi.pods().delete(targetPod);
    conclude(MigrationPhase.FAILED);
  }

  /** The user deletes the VMIM: it is marked, VMI: {@code abortRequested}; VMIM: its condition. */
  public void requestCancel() {
    resource().delete();
    vmi.editState(state -> state.put("abortRequested", true));
    editStatus(
        status -> {
          Map<String, Object> condition = new LinkedHashMap<>();
          condition.put("type", "migrationAbortRequested");
          condition.put("status", "True");
          condition.put("lastProbeTime", vmi.now());
          Fields.list(status, "conditions").add(condition);
        });
  }

  /** Libvirt has stopped it. VMI: aborted and failed; VMIM: Failed, and gone a moment later. */
  public void cancelled() {
    vmi.editState(
        state -> {
          state.put("abortStatus", "Succeeded");
          fail(state, "Live migration has been aborted");
        });
    vmi.pods().delete(targetPod);
    conclude(MigrationPhase.FAILED);
  }

  public String name() {
    return name;
  }

  public String uid() {
    return uid;
  }

  /** The uid of the target pod, once that is created. */
  public String targetPodUid() {
    return targetPod.getMetadata().getUid();
  }

  public String sourceNode() {
    return sourceNode;
  }

  public String targetNode() {
    return targetNode;
  }

  private void fail(Map<String, Object> state, String reason) {
    state.put("failed", true);
    state.put("completed", true);
    state.put("failureReason", reason);
    state.put("endTimestamp", vmi.now());
  }

  // The VMIM gets the full state when its phase is final already, and loses its finalizer last.
  private void conclude(MigrationPhase end) {
    phase(end);
    Map<String, Object> state = Fields.migrationState(vmi.resource().get());
    editStatus(status -> status.put("migrationState", state));
    resource()
        .edit(
            found -> {
              found.getMetadata().setFinalizers(List.of());
              return found;
            });
    vmi.edit(found -> found.getMetadata().getLabels().remove(KubeVirtApi.LABEL_TARGET_NODE));
  }

  private void activePod(String nodeName) {
    vmi.edit(
        found ->
            Fields.map(Fields.status(found), "activePods")
                .put(targetPod.getMetadata().getUid(), nodeName));
  }

  private void phase(MigrationPhase phase) {
    editStatus(
        status -> {
          status.put("phase", phase.text());
          Fields.list(status, "phaseTransitionTimestamps")
              .add(Map.of("phase", phase.text(), "phaseTransitionTimestamp", vmi.now()));
        });
  }

  private void editStatus(Consumer<Map<String, Object>> change) {
    resource()
        .editStatus(
            found -> {
              change.accept(Fields.status(found));
              return found;
            });
  }

  private Resource<GenericKubernetesResource> resource() {
    return vmi.api().migration(vmi.namespace(), name);
  }
}
