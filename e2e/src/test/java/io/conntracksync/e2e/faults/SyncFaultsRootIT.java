package io.conntracksync.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.DomainState;
import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.EchoConnection;
import io.conntracksync.e2e.bed.LibvirtEvent;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.MigrationResult;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.product.InstalledHook;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No fault of ours may stop or hold a migration, nor leave anything behind. */
final class SyncFaultsRootIT {
  /** So long that a migration which waits for it to pass is noticed. */
  private static final String LONG = "5s";

  private static final String IMPORTED =
      "conntracksync_hook_waited_seconds_count{outcome=\"imported\"}";

  private static Stage stage;

  @BeforeAll
  static void set() {
    stage = Stage.set("sync-faults");
  }

  @AfterAll
  static void clear() {
    stage.close();
  }

  @BeforeEach
  void mend() {
    stage.mend();
  }

  @Test
  void withoutAnAgentOnTheTargetTheMigrationIsNotDelayed() {
    stage.agentOf(stage.target(stage.story())).close();

    StagedMigration migration = StagedMigration.prepare(stage, "no-agent", LONG);
    ConntrackSync skipped = migration.awaitPhase(Phase.SKIPPED);
    MigrationResult withHook = migration.begin(MigrationOptions.fast()).end().orThrow();
    Duration with = preparation(migration, withHook);
    migration.succeeded();

    assertThat(skipped.getStatus().phase()).isEqualTo(Phase.SKIPPED);
    assertThat(skipped.getStatus().message())
        .contains("agent of node " + migration.target())
        .contains("kubectl get conntracknode");
    assertThat(with).isLessThan(preparationWithoutAHook().multipliedBy(4));
  }

  /** The same without a hook, the other way. */
  private Duration preparationWithoutAHook() {
    stage.cluster().bed().nodes().forEach(InstalledHook::removeFrom);
    StagedMigration bare = StagedMigration.prepare(stage, "no-hook", LONG);
    MigrationResult result = bare.begin(MigrationOptions.fast()).end().orThrow();
    bare.succeeded();
    return preparation(bare, result);
  }

  // libvirt's Started event on the target ends Prepare: its hooks have returned.
  private static Duration preparation(StagedMigration migration, MigrationResult result) {
    return migration.target().events().seen().stream()
        .filter(event -> event.domain().equals(migration.story().vm().domain()))
        .filter(event -> event.isLifecycle("Started"))
        .map(LibvirtEvent::received)
        .max(Comparator.naturalOrder())
        .map(started -> Duration.between(result.start(), started))
        .orElseThrow();
  }

  @Test
  void anAgentThatIsKilledWhileTheHookWaitsLetsTheMigrationGo() {
    Node source = stage.source(stage.story());
    try (Frozen silent = Frozen.process(stage.agentOf(source).pid())) {
      StagedMigration migration =
          StagedMigration.prepare(stage, "killed-agent", LONG).awaitReceiving();
      migration.begin(MigrationOptions.fast());
      WaitingHook.await(migration.story().vm());

      stage.agentOf(migration.target()).kill();

      migration.end().orThrow();
      assertRuns(migration);
      silent.thaw();
      migration.succeeded();
      assertThat(stage.awaitSync("killed-agent", "ends", SyncFaultsRootIT::isOver))
          .extracting(sync -> sync.getStatus().phase())
          .isEqualTo(Phase.COMPLETED);
    }
  }

  @Test
  void anAgentThatHangsWhileTheHookWaitsHoldsTheMigrationUntilTheDeadlineOnly() {
    Node source = stage.source(stage.story());
    Node target = stage.target(stage.story());
    try (EchoConnection connection = connect(stage.story().vm().addresses().v4());
        Frozen silent = Frozen.process(stage.agentOf(source).pid())) {
      StagedMigration migration =
          StagedMigration.prepare(stage, "hung-agent", "1s").awaitReceiving();
      migration.begin(MigrationOptions.fast());
      WaitingHook.await(migration.story().vm());

      try (Frozen hung = Frozen.process(stage.agentOf(target).pid())) {
        migration.end().orThrow();
        assertRuns(migration);
        hung.thaw();
        silent.thaw();
      }

      // Late, but not too late for a connection that sends again.
      migration.awaitPhase(Phase.IMPORTED);
      connection.send();
      connection.awaitEchoes();
      migration.succeeded();
      migration.awaitPhase(Phase.COMPLETED);
      assertThat(stage.cluster().sync("hung-agent").orElseThrow().getStatus().target().hook())
          .satisfies(hook -> assertThat(hook.outcome()).isNotEqualTo(HookOutcome.IMPORTED));
    }
  }

  @Test
  void entriesMoveAndTheHookIsAnsweredWhileTheApiServerIsAway() {
    Node source = stage.source(stage.story());
    Node target = stage.target(stage.story());
    double imported = stage.agentOf(target).metric(IMPORTED);
    try (EchoConnection connection = connect(stage.story().vm().addresses().v4());
        Frozen waits = Frozen.process(stage.agentOf(source).pid())) {
      StagedMigration migration = StagedMigration.prepare(stage, "api-away", LONG).awaitReceiving();
      migration.begin(MigrationOptions.fast());
      WaitingHook.await(migration.story().vm());

      try (Frozen api = stage.freezeApiServer()) {
        waits.thaw();
        migration.end().orThrow();
        assertThat(stage.agentOf(target).metric(IMPORTED)).isEqualTo(imported + 1);
        connection.send();
        connection.awaitEchoes();
        api.thaw();
      }

      migration.succeeded();
      ConntrackSyncStatus status =
          stage
              .awaitSync("api-away", "is completed", sync -> sync.phase() == Phase.COMPLETED)
              .getStatus();
      assertThat(status.reason()).isEqualTo("MigrationSucceeded");
      assertThat(status.target().hook().outcome()).isEqualTo(HookOutcome.IMPORTED);
      assertThat(status.target().entriesApplied()).isPositive();
    }
  }

  @Test
  void anOperatorThatIsKilledInMidSyncIsMissedByNobody() {
    try (EchoConnection connection = connect(stage.story().vm().addresses().v6())) {
      StagedMigration migration = StagedMigration.prepare(stage, "killed-operator", LONG);
      int port = migration.awaitPhase(Phase.IMPORTED).getStatus().assignment().port();

      stage.operator().kill();
      migration.begin(MigrationOptions.fast()).end().orThrow();
      migration.succeeded();
      connection.send();
      connection.awaitEchoes();
      stage.startOperator();

      ConntrackSync sync = migration.awaitPhase(Phase.COMPLETED);
      assertThat(sync.getStatus().phase()).isEqualTo(Phase.COMPLETED);
      assertThat(sync.getStatus().assignment().port()).isEqualTo(port);
    }
  }

  @Test
  void aMigrationThatFailsLeavesTheTargetsTableAsItWas() throws IOException {
    DualStack vm = stage.story().vm().addresses();
    Node target = stage.target(stage.story());
    TableView.startWithOneEntry(target, vm.v4());
    TableView before = TableView.of(target, vm);
    Path refusal = target.hooks().resolve("60-refuse");
    Files.writeString(refusal, "#!/bin/sh\n[ \"$2\" != started ]\n");
    try (EchoConnection four = connect(vm.v4());
        EchoConnection six = connect(vm.v6())) {
      assertThat(refusal.toFile().setExecutable(true)).isTrue();
      StagedMigration migration = StagedMigration.prepare(stage, "fails", LONG);
      migration.awaitPhase(Phase.IMPORTED);
      assertThat(TableView.of(target, vm).entries()).hasSizeGreaterThan(before.entries().size());

      assertThat(migration.begin(MigrationOptions.fast()).end())
          .isInstanceOf(MigrationResult.Failed.class);
      migration.played().failed("the target's hook refused");

      ConntrackSyncStatus status =
          stage.awaitSync("fails", "is cleaned up", SyncFaultsRootIT::isCleanedUp).getStatus();
      assertThat(status.phase()).isEqualTo(Phase.FAILED);
      assertThat(status.target().cleanup().outcome()).isEqualTo(CleanupOutcome.REMOVED);
      assertThat(status.target().cleanup().entries()).isPositive();
      assertThat(TableView.of(target, vm)).isEqualTo(before);
      four.send();
      four.awaitEchoes();
      six.send();
      six.awaitEchoes();
    } finally {
      Files.deleteIfExists(refusal);
    }
  }

  @Test
  void aMigrationThatIsCancelledInMidCopyLeavesTheTargetsTableAsItWas() {
    DualStack vm = stage.story().vm().addresses();
    Node target = stage.target(stage.story());
    TableView.startWithOneEntry(target, vm.v4());
    TableView before = TableView.of(target, vm);
    try (EchoConnection connection = connect(vm.v4())) {
      StagedMigration migration = StagedMigration.prepare(stage, "cancelled", LONG);
      migration.awaitPhase(Phase.IMPORTED);
      migration.begin(MigrationOptions.withBandwidth(5)).awaitCopying();
      assertThat(TableView.of(target, vm).entries()).hasSizeGreaterThan(before.entries().size());

      migration.played().requestCancel();
      migration.source().virsh("domjobabort", migration.story().vm().domain()).run();
      assertThat(migration.end()).isInstanceOf(MigrationResult.Failed.class);
      migration.played().cancelled();

      // The migration is gone; what became of it can still be read.
      ConntrackSync sync =
          stage.awaitSync(
              "cancelled",
              "is cancelled and tidied up",
              status -> status.phase() == Phase.CANCELLED && status.target().cleanup() != null);
      assertThat(sync.getStatus().target().cleanup().outcome()).isEqualTo(CleanupOutcome.REMOVED);
      assertThat(sync.getStatus().conditions())
          .filteredOn(condition -> condition.getType().equals("Concluded"))
          .extracting(Condition::getStatus)
          .containsExactly("True");
      assertThat(TableView.of(target, vm)).isEqualTo(before);
      connection.send();
      connection.awaitEchoes();
      assertThat(migration.story().vm().state(migration.source())).isEqualTo(DomainState.RUNNING);
    }
  }

  private static EchoConnection connect(String address) {
    return EchoConnection.open(stage.cluster().bed().client(), address);
  }

  private static void assertRuns(StagedMigration migration) {
    assertThat(migration.story().vm().state(migration.target())).isEqualTo(DomainState.RUNNING);
    assertThat(migration.story().vm().state(migration.source())).isEqualTo(DomainState.ABSENT);
    assertThat(stage.cluster().bed().client().isAnswered(migration.story().vm().addresses().v4()))
        .isTrue();
  }

  private static boolean isOver(ConntrackSyncStatus status) {
    return status.phase() != null && status.phase().compareTo(Phase.COMPLETED) >= 0;
  }

  private static boolean isCleanedUp(ConntrackSyncStatus status) {
    return isOver(status) && status.target() != null && status.target().cleanup() != null;
  }
}
