package io.conntracksync.operator.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.operator.kubevirt.Recording.World;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MigrationReaderTest {
  private static final String UID = "uid-1";
  private static final MigrationQuestion QUESTION =
      new MigrationQuestion("ns", "move", UID, "vm", "n2");
  private static final MigrationSight RUNNING = new MigrationSight.Running();
  private static final MigrationSight SUCCEEDED = new MigrationSight.Succeeded();
  private static final MigrationSight ABORTED = new MigrationSight.Aborted();

  @Test
  void theRecordedSuccessIsSeenAtItsFirstStep() {
    assertThat(replay(Recording.FIRST)).containsExactly("734 Running", "814 Succeeded");
  }

  @Test
  void theRecordedCancellationIsSeenOnTheVmBeforeTheMigrationVanishes() {
    assertThat(replay(Recording.SECOND)).containsExactly("854 Running", "894 Aborted");
  }

  @Test
  void aCancelledMigrationThatVanishedIsStillSeenOnTheVm() {
    World world = new World();
    Recording.steps().forEach(world::apply);

    world.removeMigration("web-mig2");

    assertThat(witness(world, world).sight(Recording.SECOND)).isEqualTo(ABORTED);
  }

  @Test
  void anAbsenceInTheCacheIsConfirmedBeforeItIsBelieved() {
    World live = new World();
    World lagging = new World();
    for (HasMetadata step : Recording.steps()) {
      live.apply(step);
      if (Long.parseLong(step.getMetadata().getResourceVersion()) < 814) {
        lagging.apply(step);
      }
    }
    lagging.removeMigration("web-mig"); // its deletion came before the VM's last event

    assertThat(witness(lagging, live).sight(Recording.FIRST)).isEqualTo(SUCCEEDED);
  }

  @Test
  void withoutKubeVirtNothingIsKnown() {
    MigrationWitness witness = new MigrationWitness(Optional::empty, new World());

    assertThat(witness.sight(QUESTION)).isEqualTo(new MigrationSight.Unknown());
  }

  static Stream<Arguments> states() {
    return Stream.of(
        Arguments.of("handed over", state(), "Running", RUNNING),
        Arguments.of("ended but not finalised", state().ended(), "Running", RUNNING),
        Arguments.of("completed", state().completed(), "Running", SUCCEEDED),
        Arguments.of(
            "an abort that came too late",
            state().abortRequested().abortStatus("Failed").completed(),
            "Running",
            SUCCEEDED),
        Arguments.of("abort requested", state().abortRequested(), "Running", RUNNING),
        Arguments.of(
            "abort succeeded",
            state().abortRequested().abortStatus("Succeeded").failed("aborted"),
            "Running",
            ABORTED),
        Arguments.of(
            "abort requested and failed", state().abortRequested().failed("x"), "Running", ABORTED),
        Arguments.of(
            "failed",
            state().failed("Target pod is down"),
            "Running",
            new MigrationSight.Failed("Target pod is down")),
        Arguments.of("verdict first: succeeded", state(), "Succeeded", SUCCEEDED),
        Arguments.of("verdict first: failed", state(), "Failed", new MigrationSight.Failed("")),
        Arguments.of(
            "verdict first: failed after a request", state().abortRequested(), "Failed", ABORTED),
        Arguments.of("migration gone", state(), null, new MigrationSight.Gone()),
        Arguments.of("gone, but completed", state().completed(), null, SUCCEEDED),
        Arguments.of(
            "state of an earlier migration", state().of("uid-0").completed(), "Running", RUNNING),
        Arguments.of(
            "gone, another one's state, the VM on our target",
            state().of("uid-2").on("n2"),
            null,
            SUCCEEDED),
        Arguments.of(
            "gone, another one's state, the VM elsewhere",
            state().of("uid-2").on("n1"),
            null,
            new MigrationSight.Gone()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("states")
  void readsEachState(String name, StateBuilder state, String phase, MigrationSight expected) {
    assertThat(
            MigrationReader.read(
                QUESTION, Optional.of(instance(state)), Optional.ofNullable(migration(UID, phase))))
        .isEqualTo(expected);
  }

  @Test
  void aMigrationOfTheSameNameIsNotTheSame() {
    assertThat(
            MigrationReader.read(
                QUESTION,
                Optional.of(instance(state())),
                Optional.of(migration("uid-9", "Succeeded"))))
        .isEqualTo(new MigrationSight.Gone());
  }

  @Test
  void aVmThatIsGoneIsSaidToBeGone() {
    assertThat(
            MigrationReader.read(
                QUESTION, Optional.empty(), Optional.of(migration(UID, "Running"))))
        .isEqualTo(new MigrationSight.InstanceGone());
  }

  private static List<String> replay(MigrationQuestion question) {
    World world = new World();
    List<String> changes = new ArrayList<>();
    MigrationSight last = null;
    for (HasMetadata step : Recording.steps()) {
      world.apply(step);
      if (world.migration("default", question.migrationName()).isEmpty()) {
        continue;
      }
      MigrationSight sight = witness(world, world).sight(question);
      if (!sight.equals(last)) {
        changes.add(
            step.getMetadata().getResourceVersion() + " " + sight.getClass().getSimpleName());
      }
      last = sight;
    }
    return changes;
  }

  private static MigrationWitness witness(KubeVirtObjects cached, KubeVirtObjects live) {
    return new MigrationWitness(() -> Optional.of(cached), live);
  }

  private static VirtualMachineInstance instance(StateBuilder state) {
    VirtualMachineInstance instance = new VirtualMachineInstance();
    instance.setMetadata(new ObjectMetaBuilder().withNamespace("ns").withName("vm").build());
    instance.setStatus(new InstanceStatus(state.on, null, state.build()));
    return instance;
  }

  private static VirtualMachineInstanceMigration migration(String uid, String phase) {
    if (phase == null) {
      return null;
    }
    VirtualMachineInstanceMigration migration = new VirtualMachineInstanceMigration();
    migration.setMetadata(
        new ObjectMetaBuilder().withNamespace("ns").withName("move").withUid(uid).build());
    migration.setSpec(new MigrationSpec("vm", null, null));
    migration.setStatus(new MigrationStatus(phase, null));
    return migration;
  }

  private static StateBuilder state() {
    return new StateBuilder();
  }

  /** A migration state, changed by its verbs. */
  static final class StateBuilder {
    private String uid = UID;
    private String on = "n1";
    private String end;
    private Boolean completed;
    private Boolean failed;
    private String why;
    private Boolean requested;
    private String abort;

    StateBuilder of(String other) {
      uid = other;
      return this;
    }

    StateBuilder on(String node) {
      on = node;
      return this;
    }

    StateBuilder ended() {
      end = "2026-11-22T22:39:00Z";
      return this;
    }

    StateBuilder completed() {
      completed = true;
      return ended();
    }

    StateBuilder failed(String reason) {
      failed = true;
      why = reason;
      return completed();
    }

    StateBuilder abortRequested() {
      requested = true;
      return this;
    }

    StateBuilder abortStatus(String status) {
      abort = status;
      return this;
    }

    MigrationState build() {
      return new MigrationState(
          uid, "n1", "pod-1", "n2", "pod-2", end, completed, failed, why, requested, abort);
    }
  }
}
