package io.conntracksync.operator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.FailurePolicy;
import io.conntracksync.api.v1alpha1.PodReference;
import io.conntracksync.operator.events.Notice;
import io.conntracksync.operator.kubevirt.InstanceInterface;
import io.conntracksync.operator.kubevirt.InstanceStatus;
import io.conntracksync.operator.kubevirt.MigrationQuestion;
import io.conntracksync.operator.kubevirt.MigrationSpec;
import io.conntracksync.operator.kubevirt.MigrationState;
import io.conntracksync.operator.kubevirt.Recording;
import io.conntracksync.operator.kubevirt.VirtualMachineInstance;
import io.conntracksync.operator.kubevirt.VirtualMachineInstanceMigration;
import io.conntracksync.operator.settings.SyncDefaults;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyncPlannerTest {
  private final SyncPlanner planner = new SyncPlanner(SyncDefaults.ofTheApi());

  @Test
  void theRecordedMigrationIsPlannedFromItsHandOverToItsEnd() {
    assertThat(replay(Recording.FIRST)).containsExactly("734 Nothing", "780 Create", "814 Nothing");
  }

  @Test
  void theRecordedCancellationIsPlannedUntilItsDeletionIsRequested() {
    // 865 and before: the VM still carries the state of the first migration
    assertThat(replay(Recording.SECOND))
        .containsExactly("854 Nothing", "868 Create", "886 Nothing");
  }

  @Test
  void theSyncOfTheRecordedMigrationIsWhatTheDesignAsksFor() {
    SyncDraft draft = draftOf(Recording.FIRST);

    ConntrackSync sync = SyncFactory.sync(draft, Optional.of("uid-a"), Optional.of("uid-b"));

    assertThat(sync.getMetadata().getName()).isEqualTo("web-mig");
    assertThat(sync.getMetadata().getNamespace()).isEqualTo("default");
    assertThat(sync.getMetadata().getFinalizers()).as("nothing is to strand it").isEmpty();
    assertThat(sync.getMetadata().getOwnerReferences())
        .as("it outlives a migration that is cancelled")
        .isEmpty();
    assertThat(sync.getMetadata().getLabels()).containsEntry("kubevirt.io/vmi-name", "web");
    assertThat(sync.getSpec().virtualMachineInstance()).isEqualTo("web");
    assertThat(sync.getSpec().migration().uid()).isEqualTo(Recording.FIRST.migrationUid());
    assertThat(sync.getSpec().sourceNode()).isEqualTo("nodea");
    assertThat(sync.getSpec().targetNode()).isEqualTo("nodeb");
    assertThat(sync.getSpec().sourcePod())
        .isEqualTo(new PodReference("virt-launcher-web-6xcbh", "uid-a"));
    assertThat(sync.getSpec().targetPod())
        .isEqualTo(new PodReference("virt-launcher-web-69tqw", "uid-b"));
    assertThat(sync.getSpec().addresses()).containsExactly("10.30.0.100");
    assertThat(sync.getSpec().domain()).isEqualTo("default_web");
    assertThat(sync.getSpec().hookDeadline()).isEqualTo("200ms");
    assertThat(sync.getSpec().switchoverDeadline()).isEqualTo("100ms");
    assertThat(sync.getSpec().failurePolicy()).isEqualTo(FailurePolicy.IGNORE);
    assertThat(sync.getSpec().timeout()).isEqualTo("30m");
    assertThat(sync.getSpec().ttlAfterFinished()).isEqualTo("1h");
  }

  @Test
  void aPodWithoutAKnownUidIsLeftOut() {
    ConntrackSync sync =
        SyncFactory.sync(draftOf(Recording.FIRST), Optional.empty(), Optional.empty());

    assertThat(sync.getSpec().sourcePod()).isNull();
    assertThat(sync.getSpec().targetPod()).isNull();
  }

  @Test
  void annotationsOfTheVmOverrideTheDefaults() {
    Plan plan =
        plan(
            Map.of(
                "conntracksync.io/hook-deadline", "1s",
                "conntracksync.io/switchover-deadline", "0ms",
                "conntracksync.io/failure-policy", "Abort"));

    assertThat(plan).isInstanceOf(Plan.Create.class);
    assertThat(plan.sayings()).isEmpty();
    SyncDefaults values = ((Plan.Create) plan).draft().values();
    assertThat(values.hookDeadline()).isEqualTo(Duration.ofSeconds(1));
    assertThat(values.switchoverDeadline()).isZero();
    assertThat(values.failurePolicy()).isEqualTo(FailurePolicy.ABORT);
  }

  @Test
  void aWrongAnnotationIsSaidOnTheVmAndTheDefaultIsUsed() {
    Plan plan = plan(Map.of("conntracksync.io/hook-deadline", "5 sec"));

    assertThat(((Plan.Create) plan).draft().values()).isEqualTo(SyncDefaults.ofTheApi());
    assertThat(plan.sayings())
        .singleElement()
        .satisfies(
            said -> {
              assertThat(said.subject().kind()).isEqualTo("VirtualMachineInstance");
              assertThat(said.notice())
                  .isEqualTo(
                      new Notice(
                          Notice.Weight.WARNING,
                          "AnnotationInvalid",
                          "conntracksync.io/hook-deadline: \"5 sec\" is not a duration; write 5s or 200ms."
                              + " Using the default 200ms"));
            });
  }

  @Test
  void anAnnotationBeyondTheBoundsSaysTheBounds() {
    Plan plan = plan(Map.of("conntracksync.io/switchover-deadline", "2s"));

    assertThat(plan.sayings().get(0).notice().message())
        .isEqualTo(
            "conntracksync.io/switchover-deadline: \"2s\" is more than 1s; write 0s to 1s, such as"
                + " 1s or 100ms. Using the default 100ms");
  }

  @Test
  void aVmThatIsNotEnabledIsLeftAlone() {
    assertThat(plan(Map.of("conntracksync.io/enabled", "false")))
        .isEqualTo(new Plan.Nothing(List.of()));
  }

  @Test
  void aWrongChoiceMeansEnabled() {
    Plan plan = plan(Map.of("conntracksync.io/enabled", "no"));

    assertThat(plan).isInstanceOf(Plan.Create.class);
    assertThat(plan.sayings().get(0).notice().message())
        .isEqualTo(
            "conntracksync.io/enabled: \"no\" is not a choice; write true or false. Using the"
                + " default true");
  }

  @Test
  void aVmWithoutAnAddressIsSaidOnTheMigration() {
    Plan plan = planner.plan(migration(), Optional.of(instance(Map.of(), List.of())));

    assertThat(plan).isInstanceOf(Plan.Nothing.class);
    assertThat(plan.sayings())
        .singleElement()
        .satisfies(
            said -> {
              assertThat(said.subject().kind()).isEqualTo("VirtualMachineInstanceMigration");
              assertThat(said.notice().reason()).isEqualTo("NoAddress");
              assertThat(said.notice().message()).contains("guest agent");
            });
  }

  @Test
  void aDecentralisedMigrationIsSkippedWithASentence() {
    VirtualMachineInstanceMigration migration = migration();
    migration.setSpec(new MigrationSpec("vm", Map.of("migrationID", "x"), null));

    Plan plan = planner.plan(migration, Optional.empty());

    assertThat(plan.sayings().get(0).notice().reason()).isEqualTo("DecentralisedMigration");
  }

  @Test
  void theFirstSixteenAddressesAreTaken() {
    List<String> many = IntStream.rangeClosed(1, 18).mapToObj(i -> "10.0.0." + i).toList();

    Plan plan = planner.plan(migration(), Optional.of(instance(Map.of(), many)));

    assertThat(((Plan.Create) plan).draft().addresses()).isEqualTo(many.subList(0, 16));
    assertThat(plan.sayings().get(0).notice().reason()).isEqualTo("AddressesLeftOut");
  }

  private Plan plan(Map<String, String> annotations) {
    return planner.plan(migration(), Optional.of(instance(annotations, List.of("10.0.0.1"))));
  }

  private List<String> replay(MigrationQuestion question) {
    Recording.World world = new Recording.World();
    List<String> changes = new ArrayList<>();
    Class<?> last = null;
    for (HasMetadata step : Recording.steps()) {
      world.apply(step);
      Optional<Plan> plan = planIn(world, question);
      if (plan.isPresent() && plan.get().getClass() != last) {
        last = plan.get().getClass();
        changes.add(step.getMetadata().getResourceVersion() + " " + last.getSimpleName());
      }
    }
    return changes;
  }

  private SyncDraft draftOf(MigrationQuestion question) {
    Recording.World world = new Recording.World();
    for (HasMetadata step : Recording.steps()) {
      world.apply(step);
      Optional<Plan> plan = planIn(world, question);
      if (plan.isPresent() && plan.get() instanceof Plan.Create create) {
        return create.draft();
      }
    }
    throw new AssertionError("the recording holds no hand-over of " + question.migrationName());
  }

  private Optional<Plan> planIn(Recording.World world, MigrationQuestion question) {
    return world
        .migration("default", question.migrationName())
        .map(m -> planner.plan(m, world.instance("default", "web")));
  }

  private static VirtualMachineInstanceMigration migration() {
    VirtualMachineInstanceMigration migration = new VirtualMachineInstanceMigration();
    migration.setMetadata(
        new ObjectMetaBuilder().withNamespace("ns").withName("move").withUid("m-1").build());
    migration.setSpec(new MigrationSpec("vm", null, null));
    return migration;
  }

  private static VirtualMachineInstance instance(
      Map<String, String> annotations, List<String> addresses) {
    VirtualMachineInstance instance = new VirtualMachineInstance();
    instance.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("ns")
            .withName("vm")
            .withUid("v-1")
            .withAnnotations(annotations)
            .build());
    instance.setStatus(
        new InstanceStatus(
            "n1",
            List.of(new InstanceInterface("default", null, addresses)),
            new MigrationState(
                "m-1", "n1", "pod-1", "n2", "pod-2", null, null, null, null, null, null)));
    return instance;
  }
}
