package io.conntracksync.e2e.report;

import java.util.ArrayList;
import java.util.List;

/** Control and synced side by side, row by row: the same on the terminal and on the page. */
final class Comparison {
  private static final String NONE = "–";

  private Comparison() {}

  /** One measure of both runs. */
  record Row(String measure, String control, String synced) {}

  static List<Row> rows(Report report) {
    RunReport control = report.control();
    RunReport synced = report.synced();
    List<Row> rows = new ArrayList<>();
    rows.add(
        new Row(
            "TCP connections survived",
            Figures.part(control.survived(), control.connections()),
            Figures.part(synced.survived(), synced.connections())));
    if (!report.datapath().services().isEmpty()) {
      rows.add(new Row("of these to a service", toServices(control), toServices(synced)));
    }
    rows.addAll(common(report));
    return rows;
  }

  private static List<Row> common(Report report) {
    RunReport control = report.control();
    RunReport synced = report.synced();
    SyncReport sync = report.sync();
    return List.of(
        new Row("longest gap, median", median(control), median(synced)),
        new Row("longest gap, worst", worst(control), worst(synced)),
        new Row(
            "UDP streams survived",
            streams(report.udp().control()),
            streams(report.udp().synced())),
        new Row(
            "packets dropped at the target",
            String.valueOf(control.firewall().dropped()),
            String.valueOf(synced.firewall().dropped())),
        new Row(
            "VM reachable by a new connection",
            Figures.yesNo(control.newConnectionOk()),
            Figures.yesNo(synced.newConnectionOk())),
        new Row("entries moved", NONE, String.valueOf(sync.entries())),
        new Row("hook", NONE, hook(sync.hook())),
        new Row(
            "downtime",
            Figures.time(control.downtimeMillis()),
            Figures.time(synced.downtimeMillis())),
        new Row(
            "migration",
            Figures.time(control.migrationMillis()),
            Figures.time(synced.migrationMillis())));
  }

  private static String toServices(RunReport run) {
    int survived = (int) run.toServices().stream().filter(FlowWords::survived).count();
    return Figures.part(survived, run.toServices().size());
  }

  private static String median(RunReport run) {
    return gap(run, run.longestGapMillis().median());
  }

  private static String worst(RunReport run) {
    return gap(run, run.longestGapMillis().max());
  }

  // A dead connection's gap lasts as long as one cares to watch: the number says nothing.
  private static String gap(RunReport run, long millis) {
    return run.survived() == 0 && run.connections() > 0 ? "never again" : Figures.time(millis);
  }

  private static String streams(UdpReport.Run run) {
    return Figures.part(run.survived(), run.streams());
  }

  private static String hook(HookReport hook) {
    if (hook.outcome().isEmpty()) {
      return "not asked";
    }
    return hook.waited().isEmpty() ? hook.outcome() : hook.outcome() + ", waited " + hook.waited();
  }
}
