package io.conntracksync.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.conntracksync.api.v1alpha1.ConditionType;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.SwitchoverAnnouncer;
import io.conntracksync.api.v1alpha1.SwitchoverOutcome;
import io.conntracksync.e2e.bed.LauncherImage;
import io.conntracksync.e2e.bed.LauncherRoot;
import io.conntracksync.e2e.traffic.Opener;
import io.conntracksync.e2e.traffic.TrafficResult;
import io.conntracksync.e2e.traffic.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Migrations of a VM from launcher to launcher, each in mounts, pids and a root of its own, behind
 * masquerade, with nodes and pods that track strictly. The control moves the node's table alone:
 * its agents look for launchers where there are none. Only a launcher's libvirt tells of a pause,
 * and the hook is where the agent has put it.
 */
final class LauncherPodsRootIT {
  private static final Path HOST = Path.of("/etc");
  private static final String HOOK = "50-conntracksync-agent";

  private static PodStage stage;
  private static List<String> hostBefore;
  private static Outcome control;
  private static Outcome synced;
  private static Outcome old;
  private static Outcome linked;
  private static Outcome provided;

  @BeforeAll
  static void migrate() {
    stage = PodStage.open(Path.of("target/pods").toAbsolutePath());
    hostBefore = names(HOST);
    control = stage.play(Scenario.stock("control").withAgents("--kubelet-dir=/nowhere"));
    synced = stage.play(Scenario.stock("synced"));
    old = stage.play(Scenario.stock("old").reaching(LauncherImage.WITHOUT_MAIN_HOOK));
    linked = stage.play(Scenario.stock("linked").reaching(LauncherPodsRootIT::linkToTheHost));
    provided =
        stage.play(
            Scenario.stock("provided")
                .leaving(root -> root.addGate(stage.build().gate()))
                .reaching(LauncherImage.WITHOUT_MAIN_HOOK)
                .reaching(root -> root.addHook(stage.build().hook())));
  }

  @AfterAll
  static void close() {
    if (stage != null) {
      stage.close();
    }
  }

  @Test
  void withTheNodesTableAloneEveryConnectionDies() {
    TrafficResult traffic = control.traffic();

    assertThat(traffic.flows(Transport.TCP)).hasSize(PodStage.CONNECTIONS);
    assertThat(traffic.survived(Transport.TCP)).isZero();
    // Streams of datagrams and new connections: the pod translates those anew.
    assertThat(control.translated()).isLessThan(PodStage.CONNECTIONS);
  }

  @Test
  void withThePodsTableEveryConnectionSurvivesInBothDirections() {
    assertThat(synced.traffic().flows(Transport.TCP))
        .anyMatch(flow -> flow.opener() == Opener.PEER)
        .anyMatch(flow -> flow.opener() == Opener.VM);
    assertAllSurvived(synced);
  }

  @Test
  void theStatusCountsTheEntriesOfBothTables() {
    long flows = PodStage.CONNECTIONS + PodStage.STREAMS;

    assertThat(control.sync().getStatus().target().entriesApplied())
        .isBetween(flows, 2 * flows - 1);
    assertThat(synced.sync().getStatus().source().entriesSent()).isGreaterThanOrEqualTo(2 * flows);
    assertThat(synced.sync().getStatus().target().entriesApplied())
        .isGreaterThanOrEqualTo(2 * flows);
    assertThat(synced.translated()).isGreaterThanOrEqualTo(flows);
  }

  @Test
  void thePodsOwnLibvirtAnnouncesThePause() {
    assertThat(synced.heard()).isEqualTo(1);
    assertThat(synced.switchover())
        .hasValueSatisfying(
            switchover ->
                assertThat(switchover.announcedBy()).isEqualTo(SwitchoverAnnouncer.LIBVIRT));
  }

  @Test
  void withoutItNobodyDoes() {
    assertThat(control.heard()).isZero();
    assertThat(control.switchover()).isEmpty();
    assertThat(control.sync().getStatus().target().hook()).isNull();
  }

  @Test
  void theHookWasInTheTargetsRootForItsMigrationAlone() {
    assertThat(synced.sync().getStatus().target().hook().outcome()).isEqualTo(HookOutcome.IMPORTED);
    assertThat(synced.target().during())
        .containsAll(synced.target().before())
        .anyMatch(line -> line.contains("/etc/libvirt/hooks/qemu.d/" + HOOK + " 100755 0:0 "))
        .anyMatch(line -> line.contains("/sockets/cts-hook "));
    assertThat(synced.source().during())
        .filteredOn(line -> !synced.source().before().contains(line))
        .singleElement(STRING)
        .contains("/sockets/cts-gate ");
    assertThat(synced.hooks()).containsEntry("installed", 1.0);
    assertHookInstalled(synced, "True", "Installed");
  }

  @Test
  void afterwardsBothRootsAreAsBefore() {
    for (Outcome outcome : List.of(control, synced, old, linked, provided)) {
      assertThat(outcome.source().after())
          .containsExactlyElementsOf(outcome.source().before())
          .hasSizeGreaterThan(20);
      assertThat(outcome.target().after()).containsExactlyElementsOf(outcome.target().before());
    }
  }

  @Test
  void aKubeVirtWithoutMainHookIsToldInTheStatusAndItsConnectionsSurvive() {
    assertHookInstalled(old, "False", "NoMainHook");
    assertThat(old.condition(ConditionType.HOOK_INSTALLED).orElseThrow().getMessage())
        .contains("update KubeVirt to 1.5 or later");
    assertThat(old.hooks()).containsEntry("no_main_hook", 1.0).containsEntry("installed", 0.0);
    assertThat(old.sync().getStatus().target().hook()).isNull();
    assertThat(old.target().during()).noneMatch(line -> line.contains(HOOK));
    assertAllSurvived(old);
  }

  @Test
  void aRootThatLeadsToTheHostIsRefusedAndTheMigrationGoesOn() {
    assertHookInstalled(linked, "False", "Refused");
    assertThat(linked.hooks()).containsEntry("refused", 1.0).containsEntry("installed", 0.0);
    assertThat(names(HOST)).isEqualTo(hostBefore);
    assertThat(linked.target().during()).noneMatch(line -> line.contains(HOOK));
    assertAllSurvived(linked);
  }

  @Test
  void aPodThatCameWithTheHookIsNotWrittenIntoAndWaitsAlsoInAnOldKubeVirt() {
    assertHookInstalled(provided, "True", "Provided");
    assertThat(provided.hooks()).containsEntry("provided", 1.0).containsEntry("installed", 0.0);
    assertThat(provided.sync().getStatus().target().hook().outcome())
        .isEqualTo(HookOutcome.IMPORTED);
    assertThat(provided.target().during())
        .filteredOn(line -> !provided.target().before().contains(line))
        .singleElement(STRING)
        .contains("/sockets/cts-hook ");
    assertAllSurvived(provided);
  }

  @Test
  void aPodThatCameWithTheGateIsHeldAtTheSwitchover() {
    assertThat(provided.source().during()).anyMatch(line -> line.contains("/sockets/cts-gate "));
    assertThat(provided.switchover())
        .hasValueSatisfying(
            switchover -> {
              assertThat(switchover.announcedBy()).isEqualTo(SwitchoverAnnouncer.GATE);
              assertThat(switchover.outcome()).isEqualTo(SwitchoverOutcome.DRAINED);
            });
  }

  private static void linkToTheHost(LauncherRoot root) {
    try {
      Files.createSymbolicLink(root.file("etc/libvirt/hooks/qemu.d"), HOST);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertAllSurvived(Outcome outcome) {
    TrafficResult traffic = outcome.traffic();
    assertThat(traffic.flows(Transport.TCP)).hasSize(PodStage.CONNECTIONS);
    assertThat(traffic.survived(Transport.TCP)).isEqualTo(PodStage.CONNECTIONS);
    assertThat(traffic.flows(Transport.UDP)).hasSize(PodStage.STREAMS);
    assertThat(traffic.survived(Transport.UDP)).isEqualTo(PodStage.STREAMS);
  }

  private static void assertHookInstalled(Outcome outcome, String status, String reason) {
    assertThat(outcome.condition(ConditionType.HOOK_INSTALLED))
        .hasValueSatisfying(
            condition -> {
              assertThat(condition.getStatus()).isEqualTo(status);
              assertThat(condition.getReason()).isEqualTo(reason);
            });
  }

  private static List<String> names(Path folder) {
    try (var files = Files.list(folder)) {
      return files.map(Path::toString).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
