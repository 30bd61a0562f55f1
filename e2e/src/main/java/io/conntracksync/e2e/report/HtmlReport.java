package io.conntracksync.e2e.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The report as one page that needs nothing else: no network, no script; its style sheet and its
 * pictures are in it. A content security policy holds it to that.
 */
final class HtmlReport {
  private static final String CONTROL = "Without ConntrackSync";
  private static final String SYNCED = "With ConntrackSync";

  private final Html html = new Html();
  private final Report report;

  private HtmlReport(Report report) {
    this.report = report;
  }

  static String of(Report report) {
    return new HtmlReport(report).page();
  }

  private String page() {
    html.open("html", "lang", "en");
    head();
    html.open("body");
    html.open("main");
    headline();
    pictures();
    new ReportSections(html, report).write();
    html.close().close().close();
    return html.finish();
  }

  private void head() {
    html.open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'");
    html.leaf("title", "ConntrackSync: one migration, without and with it");
    html.style(styleSheet());
    html.close();
  }

  private void headline() {
    html.open("header");
    html.leaf("p", "ConntrackSync demo · " + report.datapath().name(), "class", "kicker");
    html.leaf("h1", "A VM is live-migrated. Do its connections survive?");
    html.open("div", "class", "cards");
    card(report.control(), CONTROL);
    card(report.synced(), SYNCED);
    html.close();
    html.leaf("p", report.explanation(), "class", "lead");
    if (!report.datapath().leftOut().isEmpty()) {
      html.leaf("p", "Left out: " + report.datapath().leftOut(), "class", "lead");
    }
    acceptance();
    html.close();
  }

  private void card(RunReport run, String title) {
    boolean whole = run.connections() > 0 && run.survived() == run.connections();
    html.open("section", "class", "card " + (whole ? "good" : "bad"));
    html.leaf("h2", title);
    html.open("p", "class", "big");
    html.leaf("span", whole ? "✓" : "✕", "class", "sign", "aria-hidden", "true");
    html.leaf("strong", String.valueOf(run.survived()));
    html.leaf("span", " of " + run.connections());
    html.close();
    html.leaf("p", "TCP connections survive", "class", "what");
    html.leaf(
        "p",
        "UDP streams: "
            + Figures.part(run.udp().survived(), run.udp().streams())
            + " · VM stood still for "
            + Figures.time(run.downtimeMillis()),
        "class",
        "more");
    html.close();
  }

  private void acceptance() {
    if (report.acceptance().met()) {
      return;
    }
    html.open("div", "class", "unmet", "role", "alert");
    html.leaf("strong", "This run does not show what it should:");
    html.open("ul");
    report.acceptance().unmet().forEach(sentence -> html.leaf("li", sentence));
    html.close().close();
  }

  private void pictures() {
    Windows windows = Windows.of(report);
    html.open("section");
    html.leaf("h2", "Every connection over time");
    legend();
    pair(windows.whole(), "whole", "the whole run");
    html.close();
    html.open("section");
    html.leaf("h2", "The switchover, close up");
    html.leaf(
        "p",
        "The same rows around the moment at which the VM stops on the source. The short silence of"
            + " the surviving connections is the pause, and the time until TCP sends again what was"
            + " lost in it.");
    pair(windows.closeUp(), "close", "close-up of the switchover");
    html.close();
  }

  private void pair(Scale scale, String id, String what) {
    html.open("div", "class", "pair");
    panel(report.control(), scale, "control-" + id, CONTROL, what);
    panel(report.synced(), scale, "synced-" + id, SYNCED, what);
    html.close();
  }

  private void panel(RunReport run, Scale scale, String id, String title, String what) {
    html.open("figure", "class", "panel");
    html.open("figcaption");
    html.leaf("strong", title);
    html.leaf("span", "0 = the VM stops on the source", "class", "axis-name");
    html.close();
    new FlowPicture(html, run, scale, id).draw(title + ": " + what);
    BandKey.write(html, run.timeline());
    html.close();
  }

  private void legend() {
    html.open("ul", "class", "legend");
    html.open("li").leaf("span", "", "class", "swatch alive").text("answered").close();
    html.open("li").leaf("span", "", "class", "swatch silence").text("silent").close();
    html.open("li")
        .leaf("span", "", "class", "swatch dead")
        .text("dead: no answer until the end")
        .close();
    html.open("li").text("✓ 0.42 s: survived, its longest gap · ✕ dead").close();
    html.close();
  }

  private static String styleSheet() {
    try (InputStream css = HtmlReport.class.getResourceAsStream("/report/report.css")) {
      if (css == null) {
        throw new IllegalStateException("the class path has no /report/report.css: build e2e anew");
      }
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read /report/report.css", e);
    }
  }
}
