package io.conntracksync.e2e.report;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A line for each beginning and end: for logs. The live count is said when it has changed. */
final class PlainProgress implements ProgressView {
  private final PrintStream out;
  private final Clock clock;
  private String lastLive = "";

  PlainProgress(PrintStream out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public synchronized void chapter(String title) {
    lastLive = "";
    out.println();
    out.println("== " + title + " ==");
  }

  @Override
  public synchronized Step begin(String what) {
    out.println("... " + what);
    return new PlainStep(what, clock.instant());
  }

  @Override
  public synchronized void live(int alive, int total) {
    String line = "    connections alive: " + Figures.part(alive, total);
    if (!line.equals(lastLive)) {
      lastLive = line;
      out.println(line);
    }
  }

  @Override
  public synchronized void show(String title, String lines) {
    out.println("    " + title);
    lines.lines().forEach(line -> out.println("    | " + line));
  }

  @Override
  public synchronized void finish(Report report, String where) {
    out.println();
    ComparisonTable.lines(report).forEach(out::println);
    out.println();
    out.println(report.explanation());
    report.acceptance().unmet().forEach(sentence -> out.println("NOT SHOWN: " + sentence));
    out.println("report: " + where);
  }

  private synchronized void end(String line) {
    out.println(line);
  }

  private final class PlainStep implements Step {
    private final String what;
    private final Instant begun;

    PlainStep(String what, Instant begun) {
      this.what = what;
      this.begun = begun;
    }

    @Override
    public void done() {
      end("ok  " + took());
    }

    @Override
    public void done(String result) {
      end("ok  " + took() + ": " + result);
    }

    @Override
    public void failed(String why) {
      end("FAILED  " + took() + ": " + why);
    }

    private String took() {
      return what + " (" + Figures.time(Duration.between(begun, clock.instant()).toMillis()) + ")";
    }
  }
}
