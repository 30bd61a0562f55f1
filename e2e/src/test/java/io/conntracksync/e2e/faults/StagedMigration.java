package io.conntracksync.e2e.faults;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.MigrationResult;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.MigrationStory;
import io.conntracksync.e2e.kubevirt.PlayedMigration;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A migration that stops where a fault is to happen. */
final class StagedMigration {
  private static final String HOOK_DEADLINE = "conntracksync.io/hook-deadline";
  private static final String UNDER_WAY = "conntracksync_syncs_under_way{role=\"target\"}";
  private static final long PATIENCE_SECONDS = 300;

  private final Stage stage;
  private final MigrationStory story;
  private final Node source;
  private final Node target;
  private final PlayedMigration played;
  private CompletableFuture<MigrationResult> result;

  private StagedMigration(Stage stage, MigrationStory story, String name) {
    this.stage = stage;
    this.story = story;
    this.source = stage.source(story);
    this.target = stage.target(story);
    this.played = story.vmi().createMigration(name, target.name());
  }

  /** KubeVirt has done everything but tell libvirt; hooks of this VM wait so long at most. */
  static StagedMigration prepare(Stage stage, String name, String hookDeadline) {
    stage.story().vmi().annotate(HOOK_DEADLINE, hookDeadline);
    StagedMigration migration = handOver(stage, name);
    migration.played.targetReady();
    return migration;
  }

  /** KubeVirt has just named both nodes; of a VM whose annotations are set. */
  static StagedMigration handOver(Stage stage, String name) {
    StagedMigration migration = new StagedMigration(stage, stage.story(), name);
    migration.played.pending();
    migration.played.scheduling();
    migration.played.scheduled();
    migration.played.handOver();
    return migration;
  }

  /** Returns when the target's agent knows of the sync. */
  StagedMigration awaitReceiving() {
    awaitPhase(Phase.ASSIGNED);
    Awaitility.await("the agent of " + target + " receives")
        .atMost(Duration.ofSeconds(30))
        .until(() -> stage.agentOf(target).metric(UNDER_WAY) == 1);
    return this;
  }

  /** Returns when the sync has at least come so far. */
  ConntrackSync awaitPhase(Phase phase) {
    return stage.awaitSync(
        name(),
        "is " + phase,
        status -> status.phase() != null && status.phase().compareTo(phase) >= 0);
  }

  /** Libvirt begins to migrate; this returns at once. */
  StagedMigration begin(MigrationOptions options) {
    played.running();
    result = CompletableFuture.supplyAsync(() -> story.vm().migrate(source, target, options));
    return this;
  }

  /** Returns when memory is being copied. */
  StagedMigration awaitCopying() {
    Awaitility.await("memory is being copied")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                source
                    .virsh("domjobinfo", story.vm().domain())
                    .tryRun()
                    .output()
                    .contains("Memory processed"));
    return this;
  }

  /** How libvirt's migration ended. */
  MigrationResult end() {
    try {
      return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the VM migrates", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("libvirt's migration did not end", e);
    }
  }

  /** KubeVirt writes that it arrived. */
  void succeeded() {
    played.targetDomainDetected();
    played.targetDomainReady();
    played.succeeded();
  }

  PlayedMigration played() {
    return played;
  }

  MigrationStory story() {
    return story;
  }

  String name() {
    return played.name();
  }

  Node source() {
    return source;
  }

  Node target() {
    return target;
  }
}
