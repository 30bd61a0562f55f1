package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.ApiSerialization;
import io.conntracksync.api.v1alpha1.ConditionType;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.Finding.Verdict;
import io.conntracksync.node.session.PauseAnnouncer;
import io.conntracksync.node.session.PauseOutcome;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetProgress.Cleanup;
import io.conntracksync.node.session.TargetProgress.HookAnswer;
import io.conntracksync.node.table.RefusalReason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Two writers of one field fight without end, so each field of a sync's status has exactly one. The
 * operator's list stands here as the contract; what the agent writes is taken from its bodies.
 */
class StatusOwnershipTest {
  private static final Set<String> OPERATOR =
      Set.of(
          "observedGeneration",
          "phase",
          "reason",
          "message",
          "outcome",
          "concludedTime",
          "assignment",
          "conditions[Assigned]",
          "conditions[Concluded]");

  private final StatusFactory factory =
      new StatusFactory(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

  @Test
  void noTwoWritersClaimOneField() {
    assertThat(claims(sourceBody())).doesNotContainAnyElementsOf(claims(targetBody()));
    assertThat(claims(sourceBody())).doesNotContainAnyElementsOf(OPERATOR);
    assertThat(claims(targetBody())).doesNotContainAnyElementsOf(OPERATOR);
  }

  @Test
  void everyFieldHasAWriter() {
    Set<String> claimed = new TreeSet<>(OPERATOR);
    claimed.addAll(claims(sourceBody()));
    claimed.addAll(claims(targetBody()));
    claimed.removeIf(field -> field.startsWith("conditions["));
    claimed.add("conditions");

    assertThat(claimed)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ConntrackSyncStatus.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList());
  }

  @Test
  void eachRoleClaimsItsPartAndItsCondition() {
    assertThat(claims(sourceBody())).containsExactlyInAnyOrder("source", "conditions[Exported]");
    assertThat(claims(targetBody()))
        .containsExactlyInAnyOrder("target", "conditions[Imported]", "conditions[HookInstalled]");
  }

  @Test
  void eachWriterHasANameOfItsOwn() {
    assertThat(
            Set.of(
                Role.SOURCE.fieldManager(),
                Role.TARGET.fieldManager(),
                ApiServerNodes.FIELD_MANAGER,
                "conntracksync-operator"))
        .hasSize(4);
  }

  private ConntrackSyncStatus sourceBody() {
    Finding finding = new Finding(Verdict.YES, "Any", "any");
    return new SourcePart()
        .body(
            "uid",
            1,
            new SourceProgress(
                    finding,
                    1,
                    2,
                    3,
                    Map.of(RefusalReason.SOURCE_NODE_ADDRESS, 1L),
                    4,
                    Optional.of(Duration.ofMillis(5)),
                    Optional.empty())
                .with(
                    new SourceProgress.Switchover(
                        PauseOutcome.DRAINED, PauseAnnouncer.GATE, Duration.ofMillis(4))),
            conditions(Role.SOURCE, finding),
            none());
  }

  private ConntrackSyncStatus targetBody() {
    Finding finding = new Finding(Verdict.YES, "Any", "any");
    TargetProgress everything =
        new TargetProgress(
            finding,
            1,
            2,
            3,
            Map.of(RefusalReason.TABLE_FULL, 4L),
            Optional.of(5L),
            Optional.of(new HookAnswer(HookAnswer.Outcome.IMPORTED, Duration.ofMillis(6))),
            Optional.of(new Cleanup(Conclusion.KEEP, 7)),
            8);
    return new TargetPart().body("uid", 1, everything, conditions(Role.TARGET, finding), none());
  }

  private List<Condition> conditions(Role role, Finding finding) {
    return Stream.of(ConditionType.EXPORTED, ConditionType.IMPORTED, ConditionType.HOOK_INSTALLED)
        .filter(role::writes)
        .map(type -> factory.condition(type, finding, Optional.of(1L), Optional.empty()))
        .toList();
  }

  private static Optional<ConntrackSyncStatus> none() {
    return Optional.empty();
  }

  /** The fields that an apply of this body would own, from the JSON that is sent. */
  private static Set<String> claims(ConntrackSyncStatus body) {
    KubernetesSerialization serialization = ApiSerialization.create();
    GenericKubernetesResource sent =
        serialization.unmarshal(serialization.asJson(body), GenericKubernetesResource.class);
    Set<String> claims = new TreeSet<>(sent.getAdditionalProperties().keySet());
    claims.remove("conditions");
    body.conditions().forEach(condition -> claims.add("conditions[" + condition.getType() + "]"));
    return claims;
  }
}
