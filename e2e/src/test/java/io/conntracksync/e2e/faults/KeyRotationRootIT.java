package io.conntracksync.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.Node;
import java.time.Duration;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An agent gets another key by being started again, whatever is under way: the syncs go on by the
 * new key, and the old one opens nothing any more.
 */
final class KeyRotationRootIT {
  private static Stage stage;

  @BeforeAll
  static void set() {
    stage = Stage.set("key-rotation");
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
  void aSyncGoesOnWhenItsSourceHasAnotherKey() {
    assertGoesOn("source-rotated", 42001, StagedMigration::source);
  }

  @Test
  void aSyncGoesOnWhenItsTargetHasAnotherKey() {
    assertGoesOn("target-rotated", 42011, StagedMigration::target);
  }

  private static void assertGoesOn(String name, int port, Function<StagedMigration, Node> rotated) {
    TableView.addTcp(stage.source(stage.story()), vm(), port);
    StagedMigration migration = StagedMigration.prepare(stage, name, "5s");
    migration.awaitPhase(Phase.IMPORTED);
    Node node = rotated.apply(migration);
    String before = key(node);

    stage.startAgent(node);

    Awaitility.await("the key is another one")
        .atMost(Duration.ofSeconds(60))
        .until(() -> !key(node).equals(before));
    TableView.addTcp(migration.source(), vm(), port + 1);
    Awaitility.await("what came after the rotation has arrived")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                migration
                    .target()
                    .command("conntrack", "-L", "-d", vm())
                    .run()
                    .contains("sport=" + (port + 1)));
    migration.begin(MigrationOptions.fast()).end().orThrow();
    migration.succeeded();
    ConntrackSync sync = migration.awaitPhase(Phase.COMPLETED);
    assertThat(sync.getStatus().phase()).isEqualTo(Phase.COMPLETED);
    assertThat(sync.getStatus().target().hook().outcome()).isEqualTo(HookOutcome.IMPORTED);
  }

  private static String vm() {
    return stage.story().vm().addresses().v4();
  }

  private static String key(Node node) {
    return stage.conntrackNode(node).getStatus().certificateFingerprint();
  }
}
