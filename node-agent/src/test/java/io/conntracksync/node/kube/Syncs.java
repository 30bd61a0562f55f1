package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.Assignment;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.FailurePolicy;
import io.conntracksync.api.v1alpha1.MigrationReference;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.PodReference;
import io.conntracksync.api.v1alpha1.SourceStatus;
import io.conntracksync.api.v1alpha1.TargetStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;

/** Objects as the API server would hand them out. */
final class Syncs {
  static final String UID = "0c4c9a38-0000-4000-8000-000000000001";
  static final String DELETED = "2026-11-22T10:00:00Z";
  static final Assignment ASSIGNMENT =
      new Assignment("192.0.2.2", 28152, Instant.parse("2026-11-22T09:00:00Z"));

  private Syncs() {}

  static ConntrackSync pending() {
    return withUid(UID);
  }

  static ConntrackSync withUid(String uid) {
    ConntrackSync sync = new ConntrackSync();
    sync.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("vms")
            .withName("move-1")
            .withUid(uid)
            .withGeneration(1L)
            .build());
    sync.setSpec(spec(List.of("10.30.0.100"), null, "200ms", FailurePolicy.IGNORE));
    return sync;
  }

  static ConntrackSyncSpec spec(
      List<String> addresses, String domain, String hookDeadline, FailurePolicy policy) {
    return spec(addresses, domain, hookDeadline, "100ms", policy);
  }

  static ConntrackSyncSpec withSwitchoverDeadline(String text) {
    return spec(List.of("10.30.0.100"), null, "200ms", text, FailurePolicy.IGNORE);
  }

  /** The same, as the operator makes it. */
  static ConntrackSync ofMigration(ConntrackSync byHand) {
    ConntrackSyncSpec spec = byHand.getSpec();
    byHand.setSpec(
        new ConntrackSyncSpec(
            spec.virtualMachineInstance(),
            new MigrationReference("move-1", "0c4c9a38-0000-4000-8000-0000000000aa"),
            spec.sourceNode(),
            spec.targetNode(),
            spec.sourcePod(),
            spec.targetPod(),
            spec.addresses(),
            spec.domain(),
            spec.hookDeadline(),
            spec.switchoverDeadline(),
            spec.failurePolicy(),
            spec.timeout(),
            spec.ttlAfterFinished()));
    return byHand;
  }

  static ConntrackSyncSpec withPods(PodReference source, PodReference target) {
    return new ConntrackSyncSpec(
        "vm",
        null,
        "n1",
        "n2",
        source,
        target,
        List.of("10.30.0.100"),
        null,
        "200ms",
        "100ms",
        FailurePolicy.IGNORE,
        "30m",
        "1h");
  }

  private static ConntrackSyncSpec spec(
      List<String> addresses,
      String domain,
      String hookDeadline,
      String switchoverDeadline,
      FailurePolicy policy) {
    return new ConntrackSyncSpec(
        "vm",
        null,
        "n1",
        "n2",
        null,
        null,
        addresses,
        domain,
        hookDeadline,
        switchoverDeadline,
        policy,
        "30m",
        "1h");
  }

  static ConntrackSync in(Phase phase) {
    return in(pending(), phase, ASSIGNMENT);
  }

  static ConntrackSync in(ConntrackSync sync, Phase phase, Assignment assignment) {
    return status(sync, phase, assignment, null, null);
  }

  static ConntrackSync status(
      ConntrackSync sync,
      Phase phase,
      Assignment assignment,
      SourceStatus source,
      TargetStatus target,
      Condition... conditions) {
    sync.setStatus(
        new ConntrackSyncStatus(
            1L, phase, null, null, null, null, assignment, source, target, List.of(conditions)));
    return sync;
  }

  static ConntrackSync deleted(ConntrackSync sync) {
    sync.getMetadata().setDeletionTimestamp(DELETED);
    return sync;
  }
}
