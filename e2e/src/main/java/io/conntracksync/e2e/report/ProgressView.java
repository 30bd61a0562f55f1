package io.conntracksync.e2e.report;

import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;

/**
 * What a person sees while the demo runs. Calls may come from several threads.
 *
 * <pre>{@code
 * ProgressView view = ProgressView.on(System.out, System.getenv());
 * view.chapter("1/2  without ConntrackSync");
 * ProgressView.Step step = view.begin("migrate the VM");
 * view.live(24, 24);
 * step.done("2.9 s, stood still for 0.2 s");
 * view.finish(report, "e2e/target/demo/report.html");
 * }</pre>
 */
public interface ProgressView {
  /** A new part of the demo begins. */
  void chapter(String title);

  /** Something that takes a while begins; steps do not overlap. */
  Step begin(String what);

  /** So many connections answer at this moment. May be called as often as one likes. */
  void live(int alive, int total);

  /** Lines to keep, such as a table that kubectl printed. */
  void show(String title, String lines);

  /** The comparison, and where the report is. */
  void finish(Report report, String where);

  /** A step under way; one of its ends is called once. */
  interface Step {
    void done();

    /** With what came out of it, in some words. */
    void done(String result);

    void failed(String why);
  }

  /** Lively on a terminal, plain lines otherwise. */
  static ProgressView on(PrintStream out, Map<String, String> environment) {
    Paint paint = environment.getOrDefault("NO_COLOR", "").isEmpty() ? Paint.COLOURED : Paint.NONE;
    return Terminal.isStandardOutput() && Terminal.canMoveCursor(environment)
        ? new TerminalProgress(out, Clock.systemUTC(), paint)
        : new PlainProgress(out, Clock.systemUTC());
  }
}
