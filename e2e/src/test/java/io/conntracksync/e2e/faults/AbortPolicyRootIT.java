package io.conntracksync.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.FailurePolicy;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.DomainState;
import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.EchoConnection;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.MigrationResult;
import io.conntracksync.e2e.bed.Node;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A VM whose owner would rather have it stay than arrive without its connections. */
final class AbortPolicyRootIT {
  private static final String POLICY = "conntracksync.io/failure-policy";

  private static Stage stage;

  private Node source;
  private Node target;
  private List<DualStack> nodes;

  @BeforeAll
  static void set() {
    stage = Stage.set("abort-policy");
  }

  @AfterAll
  static void clear() {
    stage.close();
  }

  @BeforeEach
  void prepare() {
    stage.mend();
    stage.story().vmi().annotate(POLICY, "Abort");
    source = stage.source(stage.story());
    target = stage.target(stage.story());
    nodes =
        List.of(source.addresses(), target.addresses(), stage.cluster().bed().fabric().addresses());
  }

  @Test
  void anImportThatIsLateFailsTheMigration() {
    TableView before = TableView.ofWhole(target, nodes);
    try (EchoConnection connection = connect();
        Frozen silent = Frozen.process(stage.agentOf(source).pid())) {
      StagedMigration migration = StagedMigration.prepare(stage, "late", "1s").awaitReceiving();

      MigrationResult result = migration.begin(MigrationOptions.fast()).end();

      assertRefused(migration, result);
      silent.thaw();
      assertSyncSaysWhy("late");
      assertThat(TableView.ofWhole(target, nodes)).isEqualTo(before);
      assertGoesOn(connection);
    }
  }

  @Test
  void anAgentThatVanishedAfterTheAssignmentFailsTheMigration() {
    TableView before = TableView.ofWhole(target, nodes);
    try (EchoConnection connection = connect()) {
      Frozen silent = Frozen.process(stage.agentOf(source).pid());
      StagedMigration migration = StagedMigration.prepare(stage, "vanished", "1s").awaitReceiving();
      stage.agentOf(source).kill();
      silent.close();

      MigrationResult result = migration.begin(MigrationOptions.fast()).end();

      assertRefused(migration, result);
      assertSyncSaysWhy("vanished");
      assertThat(TableView.ofWhole(target, nodes)).isEqualTo(before);
      assertGoesOn(connection);
    }
  }

  @Test
  void aMigrationWithItsEntriesGoesAsUsual() {
    try (EchoConnection connection = connect()) {
      StagedMigration migration = StagedMigration.prepare(stage, "in-time", "5s");

      migration.begin(MigrationOptions.fast()).end().orThrow();
      migration.succeeded();

      ConntrackSync sync =
          stage.awaitSync("in-time", "is completed", status -> status.phase() == Phase.COMPLETED);
      assertThat(sync.getSpec().failurePolicy()).isEqualTo(FailurePolicy.ABORT);
      assertThat(sync.getStatus().target().hook().outcome()).isEqualTo(HookOutcome.IMPORTED);
      connection.send();
      connection.awaitEchoes();
    }
  }

  /** libvirt gives the hook's words, and KubeVirt writes down libvirt's. */
  private static void assertRefused(StagedMigration migration, MigrationResult result) {
    assertThat(result).isInstanceOf(MigrationResult.Failed.class);
    String said = ((MigrationResult.Failed) result).reason();
    assertThat(said)
        .contains("were not imported within 1000 ms")
        .contains("failure policy is Abort");
    migration.played().failed("Live migration failed error encountered during migration: " + said);
    assertThat(migration.story().vm().state(migration.target())).isEqualTo(DomainState.ABSENT);
  }

  private static void assertSyncSaysWhy(String name) {
    ConntrackSyncStatus status =
        stage
            .awaitSync(
                name,
                "is cleaned up",
                found -> found.target() != null && found.target().cleanup() != null)
            .getStatus();
    assertThat(status.phase()).isEqualTo(Phase.FAILED);
    assertThat(status.reason()).isEqualTo("MigrationFailed");
    assertThat(status.message())
        .contains("were not imported within 1000 ms")
        .contains("failure policy is Abort")
        .contains("goes on at node");
    assertThat(status.target().hook().outcome()).isEqualTo(HookOutcome.ABORTED);
    assertThat(status.target().cleanup().outcome()).isEqualTo(CleanupOutcome.REMOVED);
  }

  private void assertGoesOn(EchoConnection connection) {
    assertThat(stage.story().vm().state(source)).isEqualTo(DomainState.RUNNING);
    connection.send();
    connection.awaitEchoes();
  }

  private static EchoConnection connect() {
    return EchoConnection.open(stage.cluster().bed().client(), stage.story().vm().addresses().v4());
  }
}
