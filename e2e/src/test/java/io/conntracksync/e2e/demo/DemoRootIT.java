package io.conntracksync.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.bed.Datapath;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.report.PhaseReport;
import io.conntracksync.e2e.report.ProgressView;
import io.conntracksync.e2e.report.Report;
import io.conntracksync.e2e.report.ReportFiles;
import io.conntracksync.e2e.report.RunReport;
import io.conntracksync.e2e.traffic.Family;
import io.conntracksync.e2e.traffic.Flow;
import io.conntracksync.e2e.traffic.Opener;
import io.conntracksync.e2e.traffic.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The main job: what {@code make demo} promises, with each data path, read from the files that it
 * leaves.
 */
@ParameterizedClass
@EnumSource(Datapath.class)
final class DemoRootIT {
  private static final Path OUTPUT = Path.of("target/demo-test");
  private static final int CONNECTIONS = 20;
  private static final int STREAMS = 4;

  /** By their addresses. */
  private static final Map<Datapath, Integer> SERVICES =
      Map.of(Datapath.NETFILTER, 0, Datapath.CILIUM_BPF, 2, Datapath.CILIUM_API, 1);

  private static Report report;
  private static String page;

  @Parameter private Datapath datapath;

  @BeforeParameterizedClassInvocation
  static void run(Datapath datapath) throws IOException {
    Path output = OUTPUT.resolve(datapath.text());
    new Demo(
            Build.ofThisCheckout(),
            new DemoSettings(CONNECTIONS, STREAMS, datapath, output),
            // Plain lines, as for a pipe: a moving view would spoil the build's log.
            ProgressView.on(System.out, Map.of("TERM", "dumb")))
        .run();
    report = ReportFiles.read(output.resolve("report.json"));
    page = Files.readString(output.resolve("report.html"));
  }

  @Test
  void withoutConntrackSyncEveryTcpConnectionDies() {
    assertThat(report.control().connections()).isEqualTo(CONNECTIONS);
    assertThat(report.control().survived()).isZero();
  }

  @Test
  void theFirewallAloneKillsThem() {
    RunReport control = report.control();

    assertThat(control.firewall().droppedTcp()).isPositive();
    assertThat(control.newConnectionOk()).isTrue();
    assertThat(report.explanation())
        .contains("dropped " + control.firewall().dropped() + " packets")
        .contains("reachable by a new connection: yes")
        .contains("because of the firewall alone");
  }

  @Test
  void withConntrackSyncEveryTcpConnectionSurvives() {
    RunReport synced = report.synced();

    assertThat(synced.connections()).isEqualTo(CONNECTIONS);
    assertThat(synced.survived()).isEqualTo(synced.connections());
    assertThat(synced.connectionsDetail())
        .as("opened by both sides")
        .anyMatch(flow -> flow.opener() == Opener.PEER)
        .anyMatch(flow -> flow.opener() == Opener.VM);
  }

  @Test
  void theDataPathIsTheOneAskedForAndTheAgentsFoundItThemselves() {
    assertThat(report.datapath().name()).isEqualTo(datapath.text());
    assertThat(report.datapath().backends())
        .isEqualTo(Map.of("nodea", datapath.text(), "nodeb", datapath.text()));
  }

  /** Cilium's API is the one that has no IPv6, and the report says so. */
  @Test
  void ipv6IsAmongThemOrMissingWithAReason() {
    boolean ipv6 =
        report.synced().connectionsDetail().stream().anyMatch(flow -> flow.family() == Family.IPV6);

    assertThat(ipv6).isEqualTo(datapath != Datapath.CILIUM_API);
    assertThat(report.datapath().leftOut()).matches(ipv6 ? "" : "IPv6\\..*");
  }

  /** Each connection to a service would end with the source node's ids: they mean another one. */
  @Test
  void connectionsToServicesSurviveUnderTheIdsOfTheOtherNode() {
    assertThat(report.datapath().services())
        .hasSize(SERVICES.get(datapath))
        .allSatisfy(
            service -> {
              assertThat(flowsTo(service.address(), report.control()))
                  .isNotEmpty()
                  .extracting(Flow::verdict)
                  .containsOnly(Verdict.DEAD);
              assertThat(flowsTo(service.address(), report.synced()))
                  .isNotEmpty()
                  .extracting(Flow::verdict)
                  .containsOnly(Verdict.ALIVE);
              assertThat(page).contains(service.address() + " → " + service.backend());
            });
  }

  private static List<Flow> flowsTo(String service, RunReport run) {
    return run.connectionsDetail().stream().filter(flow -> flow.service().equals(service)).toList();
  }

  /**
   * A peer pushes to the VM: without the entry that the VM's own request made, the firewall takes
   * each datagram for uninvited.
   */
  @Test
  void udpStreamsDieAndSurviveAlike() {
    assertThat(report.udp().control().streams()).isEqualTo(STREAMS);
    assertThat(report.udp().control().survived()).isZero();
    assertThat(report.udp().synced().streams()).isEqualTo(STREAMS);
    assertThat(report.udp().synced().survived()).isEqualTo(STREAMS);
  }

  @Test
  void theSyncCompletedAndTheHookWasToldSo() {
    assertThat(report.sync().phase()).isEqualTo("Completed");
    assertThat(report.sync().entries()).isGreaterThanOrEqualTo(20);
    assertThat(report.sync().hook().outcome()).isEqualTo("Imported");
  }

  @Test
  void theDemoSaysItselfThatItShowedEverything() {
    assertThat(report.acceptance().unmet()).isEmpty();
    assertThat(report.acceptance().met()).isTrue();
  }

  @Test
  void kubectlShowsTheColumnsInEachPhase() {
    List<PhaseReport> phases = report.sync().phases();

    assertThat(phases).extracting(PhaseReport::phase).startsWith("Assigned").endsWith("Completed");
    assertThat(phases)
        .extracting(PhaseReport::phase)
        .isSubsetOf("Assigned", "Syncing", "Imported", "Completed");
    assertThat(phases)
        .allSatisfy(
            phase ->
                assertThat(phase.kubectlTable().lines().findFirst().orElseThrow())
                    .matches("NAME +VM +SOURCE +TARGET +PORT +PHASE +ENTRIES +HOOK +AGE *"));
    assertThat(phases)
        .allSatisfy(phase -> assertThat(phase.kubectlTable()).contains(phase.phase(), "nodeb"));
  }

  @Test
  void thePageNeedsNothingFromElsewhere() {
    assertThat(page.replace("http://www.w3.org/", ""))
        .doesNotContain("http://", "https://", "@import", "<script", "<link");
    assertThat(page).doesNotContainPattern("(src|href)=\"(?!#)");
  }

  @Test
  void thePageIsWellFormedAndHasAPictureOfEachRun() throws Exception {
    String xml = page.replaceFirst("<!DOCTYPE html>", "").replaceAll("<meta([^>]*)>", "<meta$1/>");

    Element html =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement();

    assertThat(html.getTagName()).isEqualTo("html");
    Node pictures = html.getElementsByTagName("svg").item(1);
    assertThat(pictures).as("a picture of the control and one of the synced run").isNotNull();
  }
}
