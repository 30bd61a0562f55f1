package io.conntracksync.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conntracksync.e2e.traffic.Family;
import io.conntracksync.e2e.traffic.Flow;
import io.conntracksync.e2e.traffic.Verdict;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptanceTest {
  private static final DatapathReport NETFILTER = SampleReport.netfilter("");
  private static final RunReport DEAD = SampleReport.run(Verdict.DEAD, 20, 4, "");
  private static final RunReport ALIVE = SampleReport.run(Verdict.ALIVE, 20, 4, "");

  @Test
  void theWholeShowIsMet() {
    Acceptance acceptance =
        Acceptance.of(NETFILTER, DEAD, ALIVE, sync("Completed", 20, "Imported"));

    assertThat(acceptance.unmet()).isEmpty();
    assertThat(acceptance.met()).isTrue();
  }

  @Test
  void aControlThatSurvivesProvesNothing() {
    assertThat(Acceptance.of(NETFILTER, ALIVE, ALIVE, sync("Completed", 20, "Imported")).unmet())
        .anyMatch(sentence -> sentence.contains("20 connections survived the control"))
        .anyMatch(sentence -> sentence.contains("dropped nothing"));
  }

  @Test
  void aSyncedRunThatLosesAConnectionIsNotEnough() {
    assertThat(Acceptance.of(NETFILTER, DEAD, DEAD, sync("Completed", 20, "Imported")).unmet())
        .singleElement()
        .asString()
        .contains("it was 0 of 20");
  }

  @Test
  void tooFewConnectionsAreNamed() {
    RunReport few = SampleReport.run(Verdict.DEAD, 19, 4, "");

    assertThat(Acceptance.of(NETFILTER, few, ALIVE, sync("Completed", 20, "Imported")).unmet())
        .containsExactly("the control needs at least 20 connections, it had 19");
  }

  @Test
  void eachFaultOfTheSyncIsNamed() {
    assertThat(
            Acceptance.of(NETFILTER, DEAD, ALIVE, sync("Expired", 19, "DeadlineExceeded")).unmet())
        .hasSize(3)
        .anyMatch(sentence -> sentence.contains("\"Expired\""))
        .anyMatch(sentence -> sentence.contains("it was 19"))
        .anyMatch(sentence -> sentence.contains("\"DeadlineExceeded\""));
  }

  @Test
  void servicesMustBeReachedAndTheirIdsTranslated() {
    DatapathReport cilium = SampleReport.cilium("cilium-bpf", 9);
    RunReport dead = SampleReport.run(Verdict.DEAD, 20, 4, "", cilium);
    RunReport alive = SampleReport.run(Verdict.ALIVE, 20, 4, "", cilium);
    SyncReport sync = sync("Completed", 20, "Imported");

    assertThat(Acceptance.of(cilium, dead, alive, sync).unmet()).isEmpty();
    assertThat(Acceptance.of(cilium, dead, ALIVE, sync).unmet())
        .containsExactly(
            "the run with ConntrackSync needs a connection to service 10.96.0.10:80, it had none",
            "the run with ConntrackSync needs a connection to service [fd00:96::10]:80, it had"
                + " none");
    assertThat(Acceptance.of(SampleReport.cilium("cilium-bpf", 5), dead, alive, sync).unmet())
        .hasSize(2)
        .allMatch(sentence -> sentence.contains("nothing was translated"));
  }

  @Test
  void anAgentThatFoundAnotherBackendIsNamed() {
    DatapathReport cilium = SampleReport.cilium("netfilter", 9);
    RunReport dead = SampleReport.run(Verdict.DEAD, 20, 4, "", cilium);
    RunReport alive = SampleReport.run(Verdict.ALIVE, 20, 4, "", cilium);

    assertThat(Acceptance.of(cilium, dead, alive, sync("Completed", 20, "Imported")).unmet())
        .containsExactly("the agent of nodeb must use cilium-bpf by itself, it uses netfilter");
  }

  @Test
  void ipv6MayOnlyBeMissingWithAReason() {
    RunReport dead = SampleReport.run(Verdict.DEAD, 20, 4, "");
    RunReport four = onlyIpv4(SampleReport.run(Verdict.ALIVE, 40, 4, ""));
    DatapathReport withReason =
        new DatapathReport(
            "netfilter", "", "IPv6, it is told why", NETFILTER.backends(), List.of());
    SyncReport sync = sync("Completed", 20, "Imported");

    assertThat(Acceptance.of(NETFILTER, dead, four, sync).unmet())
        .containsExactly("the run with ConntrackSync needs a connection over IPv6, it had none");
    assertThat(Acceptance.of(withReason, dead, four, sync).unmet()).isEmpty();
  }

  private static RunReport onlyIpv4(RunReport run) {
    List<Flow> four =
        run.connectionsDetail().stream().filter(flow -> flow.family() == Family.IPV4).toList();
    return new RunReport(
        four.size(),
        four.size(),
        run.longestGapMillis(),
        run.firewall(),
        run.newConnectionOk(),
        run.downtimeMillis(),
        run.migrationMillis(),
        run.timeline(),
        run.newConnections(),
        four,
        run.udpDetail());
  }

  @Test
  void theExplanationBlamesTheFirewallOnlyWhenItDropped() {
    assertThat(Explanation.of(DEAD))
        .contains("dropped 640 packets", "because of the firewall alone");
    assertThat(Explanation.of(ALIVE)).contains("the control shows nothing");
  }

  @Test
  void aSyncIsReadFromTheObjectAsTheServerHasIt() throws IOException {
    JsonNode object =
        new ObjectMapper()
            .readTree(
                """
                {"metadata": {"namespace": "ns", "name": "m1"},
                 "spec": {"sourceNode": "nodea", "targetNode": "nodeb"},
                 "status": {"phase": "Completed", "message": "done",
                            "assignment": {"port": 28152},
                            "target": {"entriesApplied": 24,
                                       "hook": {"outcome": "Imported", "waited": "12ms"}}}}
                """);

    assertThat(SyncReport.of(object, List.of()))
        .isEqualTo(
            new SyncReport(
                "ns",
                "m1",
                "Completed",
                "done",
                24,
                "nodea",
                "nodeb",
                28152,
                new HookReport("Imported", "12ms"),
                List.of()));
  }

  @Test
  void aSyncWithoutStatusIsReadAsEmpty() throws IOException {
    assertThat(SyncReport.of(new ObjectMapper().readTree("{}"), List.of()).hook())
        .isEqualTo(new HookReport("", ""));
  }

  private static SyncReport sync(String phase, long entries, String hook) {
    return new SyncReport(
        "ns",
        "m1",
        phase,
        "",
        entries,
        "nodea",
        "nodeb",
        28152,
        new HookReport(hook, ""),
        List.of());
  }
}
