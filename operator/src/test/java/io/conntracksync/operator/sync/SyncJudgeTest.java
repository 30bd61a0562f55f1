package io.conntracksync.operator.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.Outcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.operator.agents.AgentSight;
import io.conntracksync.operator.kubevirt.MigrationSight;
import io.conntracksync.operator.ports.Ports;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SyncJudgeTest {
  private static final Ports RANGE = new Ports(28152, 28251);
  private static final Duration LATE = Duration.ofMinutes(30);

  /** The states that are no end: what the agents have reached, and no port yet. */
  private enum State {
    FRESH,
    ASSIGNED,
    FLOWING,
    IMPORTED,
    REFUSED;

    SyncViews views() {
      return switch (this) {
        case FRESH -> SyncViews.fresh();
        case ASSIGNED -> SyncViews.assigned(Progress.NONE);
        case FLOWING -> SyncViews.assigned(Progress.FLOWING);
        case IMPORTED -> SyncViews.assigned(Progress.IMPORTED);
        case REFUSED -> SyncViews.assigned(Progress.PORT_IN_USE);
      };
    }
  }

  /** What may happen to each of them, and where each then stands, in the order of the states. */
  static Stream<Arguments> stateByEvent() {
    return Stream.of(
            row("nothing", v -> v, "port", "Assigned", "Syncing", "Imported", "other port"),
            row(
                "KubeVirt away",
                v -> v.migration(new MigrationSight.Unknown()),
                "port",
                "Assigned",
                "Syncing",
                "Imported",
                "other port"),
            row(
                "target's agent away",
                v -> v.target(new AgentSight.NoAgent()),
                "Skipped/AgentMissing",
                "Assigned",
                "Syncing",
                "Imported",
                "Assigned"),
            row(
                "succeeded",
                v -> v.migration(new MigrationSight.Succeeded()),
                "Completed/EntriesNotImported",
                "Completed/EntriesNotImported",
                "Completed/EntriesNotImported",
                "Completed/MigrationSucceeded",
                "Completed/EntriesNotImported"),
            all(
                "failed",
                v -> v.migration(new MigrationSight.Failed("no route")),
                "Failed/MigrationFailed"),
            all(
                "aborted",
                v -> v.migration(new MigrationSight.Aborted()),
                "Cancelled/MigrationAborted"),
            all("gone", v -> v.migration(new MigrationSight.Gone()), "Cancelled/MigrationGone"),
            all(
                "VM gone",
                v -> v.migration(new MigrationSight.InstanceGone()),
                "Cancelled/VirtualMachineGone"),
            all("timeout", v -> v.after(LATE), "Expired/TimeoutExceeded"),
            all(
                "timeout, but the end was seen",
                v -> v.after(LATE).migration(new MigrationSight.Aborted()),
                "Cancelled/MigrationAborted"),
            all("timeout by hand", v -> v.byHand().after(LATE), "Expired/TimeoutExceeded"),
            row(
                "by hand",
                SyncViews::byHand,
                "port",
                "Assigned",
                "Syncing",
                "Imported",
                "other port"),
            all(
                "by hand, kept",
                v -> v.byHand().cleanedUp(CleanupOutcome.KEPT),
                "Completed/EntriesKept"),
            all(
                "by hand, removed",
                v -> v.byHand().cleanedUp(CleanupOutcome.REMOVED),
                "Failed/EntriesRemoved"))
        .flatMap(List::stream);
  }

  @ParameterizedTest(name = "{0} × {1} = {3}")
  @MethodSource("stateByEvent")
  void eachStateAnswersEachEvent(String state, String event, Observation seen, String expected) {
    assertThat(describe(SyncJudge.judge(seen))).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"COMPLETED", "FAILED", "CANCELLED", "EXPIRED", "SKIPPED", "UNRECOGNISED"})
  void anEndIsNeverRevised(Phase end) {
    Observation seen =
        SyncViews.ended(end).migration(new MigrationSight.Failed("")).after(LATE).seen();

    assertThat(SyncJudge.judge(seen)).isEqualTo(new Judgement.Ended());
  }

  @Test
  void theOutcomeIsThatOfTheMigration() {
    assertThat(standing(SyncViews.fresh().migration(new MigrationSight.Aborted())).outcome())
        .hasValue(Outcome.CANCELLED);
    assertThat(standing(SyncViews.fresh().after(LATE)).outcome()).isEmpty();
    assertThat(standing(SyncViews.fresh().target(new AgentSight.NoAgent())).outcome()).isEmpty();
  }

  @Test
  void thePortStaysForTheRecord() {
    assertThat(
            standing(SyncViews.assigned(Progress.IMPORTED).migration(new MigrationSight.Aborted()))
                .place())
        .hasValue(SyncViews.PLACE);
  }

  static Stream<Arguments> skips() {
    return Stream.of(
        Arguments.of(
            SyncViews.fresh().source(new AgentSight.UnknownNode()),
            "NodeUnknown",
            "there is no node n1: spec.sourceNode takes the name of a Kubernetes node; delete this"
                + " sync and create one with the right name"),
        Arguments.of(
            SyncViews.fresh()
                .after(Duration.ofMinutes(4))
                .target(new AgentSight.Silent(SyncViews.CREATED.plusSeconds(60))),
            "AgentMissing",
            "node n2 has no ready agent (last seen 3m ago): start"
                + " conntracksync-node-agent there, or see its log"),
        Arguments.of(
            SyncViews.fresh().target(new AgentSight.NoLease()),
            "AgentMissing",
            "node n2 has no ready agent (no Lease n2): start conntracksync-node-agent"
                + " there, or see its log"),
        Arguments.of(
            SyncViews.fresh().target(new AgentSight.NotReady("needs CAP_NET_ADMIN")),
            "AgentNotReady",
            "the agent of node n2 is not ready (needs CAP_NET_ADMIN): see kubectl get"
                + " conntracknode n2 -o wide"),
        Arguments.of(
            SyncViews.fresh().target(SyncViews.agent("n2", Backend.CILIUM_BPF, "1", RANGE)),
            "BackendsDiffer",
            "node n1 has backend netfilter, node n2 has cilium-bpf: entries of one kind do not fit"
                + " another; use nodes with the same backend"),
        Arguments.of(
            SyncViews.fresh().target(SyncViews.agent("n2", Backend.NETFILTER, "2", RANGE)),
            "LayoutsDiffer",
            "node n1 has layout 1 of backend netfilter, node n2 has 2: bring both nodes to the same"
                + " version of the network plugin and of the agent"),
        Arguments.of(
            SyncViews.fresh()
                .addresses("fd00::1", "fd00::2")
                .source(SyncViews.agent("n1", Backend.CILIUM_API, "1", RANGE))
                .target(SyncViews.agent("n2", Backend.CILIUM_API, "1", RANGE)),
            "AddressFamilyUnsupported",
            "backend cilium-api of node n2 takes IPv4 only and the sync has fd00::1, fd00::2: give"
                + " the VM an IPv4 address, or use the backend cilium-bpf"),
        Arguments.of(
            SyncViews.fresh().target(SyncViews.agent("n2", Backend.NETFILTER, "1", null)),
            "AgentIncomplete",
            "the agent of node n2 has published no port range in its ConntrackNode: set --ports"
                + " of the agent"),
        Arguments.of(
            SyncViews.fresh().target(SyncViews.agentWithoutKey("n2", RANGE)),
            "AgentIncomplete",
            "the agent of node n2 has published no certificateFingerprint in its ConntrackNode, by"
                + " which others recognise it: bring it to the version of this operator"),
        Arguments.of(
            SyncViews.fresh().source(SyncViews.agentWithoutKey("n1", RANGE)),
            "AgentIncomplete",
            "the agent of node n1 has published no certificateFingerprint in its ConntrackNode, by"
                + " which others recognise it: bring it to the version of this operator"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("skips")
  void aSyncThatCannotBeginSaysWhyAndWhatToDo(SyncViews views, String reason, String message) {
    Standing standing = standing(views);

    assertThat(standing.phase()).isEqualTo(Phase.SKIPPED);
    assertThat(standing.reason().text()).isEqualTo(reason);
    assertThat(standing.message()).isEqualTo(message);
  }

  @Test
  void oneAddressOfTheRightFamilyIsEnough() {
    SyncViews views =
        SyncViews.fresh()
            .addresses("fd00::1", "10.0.0.1")
            .source(SyncViews.agent("n1", Backend.CILIUM_API, "1", RANGE))
            .target(SyncViews.agent("n2", Backend.CILIUM_API, "1", RANGE));

    assertThat(SyncJudge.judge(views.seen())).isInstanceOf(Judgement.WantsPort.class);
  }

  @Test
  void theRefusedPortIsNamedInTheWish() {
    assertThat(SyncJudge.judge(SyncViews.assigned(Progress.PORT_IN_USE).seen()))
        .isEqualTo(new Judgement.WantsPort("192.0.2.2", RANGE, OptionalInt.of(28152)));
  }

  private static Standing standing(SyncViews views) {
    return ((Judgement.Stands) SyncJudge.judge(views.seen())).standing();
  }

  private static List<Arguments> all(
      String event, UnaryOperator<SyncViews> change, String expected) {
    String[] same = new String[State.values().length];
    Arrays.fill(same, expected);
    return row(event, change, same);
  }

  private static List<Arguments> row(
      String event, UnaryOperator<SyncViews> change, String... expected) {
    State[] states = State.values();
    return IntStream.range(0, states.length)
        .mapToObj(
            i ->
                Arguments.of(
                    states[i].name(), event, change.apply(states[i].views()).seen(), expected[i]))
        .toList();
  }

  private static String describe(Judgement judgement) {
    if (judgement instanceof Judgement.WantsPort wish) {
      return wish.refused().isPresent() ? "other port" : "port";
    }
    Standing standing = ((Judgement.Stands) judgement).standing();
    String phase = Phases.text(standing.phase());
    return Optional.of(standing)
        .filter(Standing::isEnd)
        .map(end -> phase + "/" + end.reason().text())
        .orElse(phase);
  }
}
