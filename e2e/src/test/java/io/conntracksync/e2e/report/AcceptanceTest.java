package io.conntracksync.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conntracksync.e2e.traffic.Verdict;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptanceTest {
  private static final RunReport DEAD = SampleReport.run(Verdict.DEAD, 20, 4, "");
  private static final RunReport ALIVE = SampleReport.run(Verdict.ALIVE, 20, 4, "");

  @Test
  void theWholeShowIsMet() {
    Acceptance acceptance = Acceptance.of(DEAD, ALIVE, sync("Completed", 20, "Imported"));

    assertThat(acceptance.unmet()).isEmpty();
    assertThat(acceptance.met()).isTrue();
  }

  @Test
  void aControlThatSurvivesProvesNothing() {
    assertThat(Acceptance.of(ALIVE, ALIVE, sync("Completed", 20, "Imported")).unmet())
        .anyMatch(sentence -> sentence.contains("20 connections survived the control"))
        .anyMatch(sentence -> sentence.contains("dropped nothing"));
  }

  @Test
  void aSyncedRunThatLosesAConnectionIsNotEnough() {
    assertThat(Acceptance.of(DEAD, DEAD, sync("Completed", 20, "Imported")).unmet())
        .singleElement()
        .asString()
        .contains("it was 0 of 20");
  }

  @Test
  void tooFewConnectionsAreNamed() {
    RunReport few = SampleReport.run(Verdict.DEAD, 19, 4, "");

    assertThat(Acceptance.of(few, ALIVE, sync("Completed", 20, "Imported")).unmet())
        .containsExactly("the control needs at least 20 connections, it had 19");
  }

  @Test
  void eachFaultOfTheSyncIsNamed() {
    assertThat(Acceptance.of(DEAD, ALIVE, sync("Expired", 19, "DeadlineExceeded")).unmet())
        .hasSize(3)
        .anyMatch(sentence -> sentence.contains("\"Expired\""))
        .anyMatch(sentence -> sentence.contains("it was 19"))
        .anyMatch(sentence -> sentence.contains("\"DeadlineExceeded\""));
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
