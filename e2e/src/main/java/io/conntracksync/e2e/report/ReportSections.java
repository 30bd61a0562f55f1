package io.conntracksync.e2e.report;

import io.conntracksync.e2e.traffic.Flow;
import io.conntracksync.e2e.traffic.NewConnection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/** What follows the pictures: tables of the same in words and numbers. */
final class ReportSections {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private final Html html;
  private final Report report;

  ReportSections(Html html, Report report) {
    this.html = html;
    this.report = report;
  }

  void write() {
    html.open("div", "class", "pair");
    comparison();
    firewall();
    html.close();
    new DatapathSection(html, report.datapath()).write();
    phases();
    connections();
    howToRead();
    versions();
  }

  private void comparison() {
    section("Side by side");
    table("numbers", "", "Without", "With ConntrackSync");
    for (Comparison.Row row : Comparison.rows(report)) {
      row(row.measure(), row.control(), row.synced());
    }
    endTable();
    html.close();
  }

  private void firewall() {
    section("What the target's firewall saw");
    html.leaf(
        "p",
        "It lets packets through whose connection it knows, and new connections that begin"
            + " properly; it drops the rest. Without entries, the packets of an open connection are"
            + " the rest.");
    FirewallReport control = report.control().firewall();
    FirewallReport synced = report.synced().firewall();
    table("numbers", "Packets", "Without", "With ConntrackSync");
    row("let through, connection known", control.established(), synced.established());
    row("let through, opens a connection", control.opened(), synced.opened());
    row("dropped", control.dropped(), synced.dropped());
    row("of these TCP", control.droppedTcp(), synced.droppedTcp());
    row("of these UDP", control.droppedUdp(), synced.droppedUdp());
    endTable();
    html.open("p").text("A new connection to the VM at the end, without ConntrackSync: ");
    html.text(reached(report.control().newConnections()));
    html.text("; with: " + reached(report.synced().newConnections()) + ".");
    html.close().close();
  }

  private static String reached(List<NewConnection> connections) {
    return connections.isEmpty()
        ? "not tried"
        : String.join(", ", connections.stream().map(ReportSections::reached).toList());
  }

  private static String reached(NewConnection connection) {
    return connection.address()
        + (connection.ok() ? " reached" : " not reached (" + connection.note() + ")");
  }

  private void phases() {
    SyncReport sync = report.sync();
    section("The sync, phase by phase");
    html.open("p").leaf("code", sync.namespace() + "/" + sync.name());
    html.text(" moved " + sync.entries() + " entries from " + sync.sourceNode() + " to ");
    html.text(sync.targetNode() + " (port " + sync.port() + ") and ended ");
    html.leaf("strong", sync.phase()).text(". " + sync.message()).close();
    html.open("ol", "class", "phases");
    for (PhaseReport phase : sync.phases()) {
      html.open("li");
      html.open("h3").text(phase.phase());
      html.leaf("span", sinceStart(phase), "class", "time");
      html.close();
      html.leaf(
          "pre",
          phase.kubectlTable().stripTrailing(),
          "tabindex",
          "0",
          "aria-label",
          "kubectl get conntracksyncs in phase " + phase.phase());
      html.close();
    }
    html.close().close();
  }

  private String sinceStart(PhaseReport phase) {
    long millis = phase.atMillis() - report.synced().timeline().anchorMillis();
    return (millis < 0 ? "−" : "+")
        + Figures.time(Math.abs(millis))
        + " · "
        + TIME.format(Instant.ofEpochMilli(phase.atMillis()))
        + " UTC";
  }

  private void connections() {
    section("Every connection in words");
    details("Without ConntrackSync", report.control());
    details("With ConntrackSync", report.synced());
    html.close();
  }

  private void details(String title, RunReport run) {
    html.open("details").leaf("summary", title);
    table("", "Flow", "Opened by", "Peer", "VM", "Verdict", "Longest gap", "Note");
    Stream.concat(run.connectionsDetail().stream(), run.udpDetail().stream()).forEach(this::flow);
    endTable();
    html.close();
  }

  private void flow(Flow flow) {
    row(
        flow.transport() + " " + FlowWords.label(flow),
        flow.opener().name().equals("PEER") ? "peer" : "VM",
        FlowWords.peer(flow),
        flow.vm(),
        FlowWords.verdictWord(flow),
        Figures.time(flow.longestGapMillis()),
        flow.note());
  }

  private void howToRead() {
    section("How to read this");
    html.open("ul");
    List.of(
            "Both runs do the same: open the connections through the source node's firewall, move"
                + " the VM, go on talking, wait. Only the second one has ConntrackSync.",
            "A row is one connection or stream. On TCP a numbered message goes to the VM every"
                + " 20 ms and its echo is noted; the next one waits for the echo. UDP is pushed to"
                + " the VM, which says at the end what it received.",
            "A bar means answered; it breaks at a silence of more than 100 ms. A flow without an"
                + " answer in the last 1.5 s is dead.",
            "The pictures are laid side by side at the moment the VM stops on the source, 0 on the"
                + " axis. Numbers above mark the steps of the migration; they are listed below.",
            "The VM itself is well in both runs: a new connection reaches it. Only the firewall"
                + " decides which old ones go on.")
        .forEach(sentence -> html.leaf("li", sentence));
    html.close().close();
  }

  private void versions() {
    Versions versions = report.versions();
    html.open("footer");
    html.open("dl");
    entry("Made", report.madeAt());
    entry("ConntrackSync", versions.conntrackSync());
    entry("Kernel", versions.kernel());
    entry("libvirt", versions.libvirt());
    entry("QEMU", versions.qemu());
    entry("API server", versions.apiServer());
    entry("Java", versions.java());
    html.close().close();
  }

  private void entry(String name, String value) {
    html.open("div").leaf("dt", name).leaf("dd", value).close();
  }

  private void section(String title) {
    html.open("section").leaf("h2", title);
  }

  private void table(String style, String... heads) {
    // A table that is too wide scrolls by itself, by keyboard too, and not the page.
    html.open("div", "class", "scroll", "tabindex", "0").open("table", "class", style);
    html.open("thead").open("tr");
    for (String head : heads) {
      html.leaf("th", head, "scope", "col");
    }
    html.close().close().open("tbody");
  }

  private void endTable() {
    html.close().close().close();
  }

  private void row(String head, long control, long synced) {
    row(head, String.valueOf(control), String.valueOf(synced));
  }

  private void row(String head, String... cells) {
    html.open("tr").leaf("th", head, "scope", "row");
    for (String cell : cells) {
      html.leaf("td", cell);
    }
    html.close();
  }
}
