package io.conntracksync.e2e.report;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Finished steps stay as lines; the last line is the step under way and is painted over, with its
 * time and a bar of the connections that answer.
 */
final class TerminalProgress implements ProgressView {
  private static final String CLEAR_LINE = "\r\u001b[2K";

  // A line that wrapped could not be painted over.
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private static final String SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
  private static final int BAR = 20;

  private final PrintStream out;
  private final Clock clock;
  private final Paint paint;
  private Optional<TerminalStep> current = Optional.empty();
  private String bar = "";
  private int turn;

  TerminalProgress(PrintStream out, Clock clock, Paint paint) {
    this.out = out;
    this.clock = clock;
    this.paint = paint;
  }

  @Override
  public synchronized void chapter(String title) {
    bar = "";
    keep("");
    keep(paint.strong(title));
  }

  @Override
  public synchronized Step begin(String what) {
    TerminalStep step = new TerminalStep(what, clock.instant());
    current = Optional.of(step);
    repaint();
    return step;
  }

  @Override
  public synchronized void live(int alive, int total) {
    int filled = total == 0 ? 0 : BAR * alive / total;
    String blocks = "█".repeat(filled) + "░".repeat(BAR - filled);
    String text = blocks + " " + Figures.part(alive, total) + " alive";
    bar = "   " + (alive == total ? paint.good(text) : paint.bad(text));
    repaint();
  }

  @Override
  public synchronized void show(String title, String lines) {
    keep("  " + paint.faint(title));
    lines.lines().forEach(line -> keep("    " + line));
    repaint();
  }

  @Override
  public synchronized void finish(Report report, String where) {
    keep("");
    var lines = ComparisonTable.lines(report);
    keep("  " + paint.strong(lines.get(0)));
    lines.subList(1, lines.size()).forEach(line -> keep("  " + line));
    keep("");
    keep(
        report.acceptance().met()
            ? paint.good("✓ " + report.explanation())
            : paint.bad("✗ " + report.explanation()));
    report.acceptance().unmet().forEach(sentence -> keep(paint.bad("✗ " + sentence)));
    keep("report: " + where);
  }

  private void keep(String line) {
    out.print(CLEAR_LINE + line + "\n");
    out.flush();
  }

  private void repaint() {
    current.ifPresent(
        step -> {
          char spin = SPINNER.charAt(turn++ % SPINNER.length());
          String line = spin + " " + step.what + "  " + paint.faint(step.took()) + bar;
          out.print(CLEAR_LINE + NO_WRAP + line + WRAP);
          out.flush();
        });
  }

  private synchronized void end(String line) {
    current = Optional.empty();
    keep(line);
  }

  private final class TerminalStep implements Step {
    private final String what;
    private final Instant begun;

    TerminalStep(String what, Instant begun) {
      this.what = what;
      this.begun = begun;
    }

    @Override
    public void done() {
      end(paint.good("✓") + " " + what + "  " + paint.faint(took()));
    }

    @Override
    public void done(String result) {
      end(paint.good("✓") + " " + what + "  " + paint.faint(took()) + "  " + result);
    }

    @Override
    public void failed(String why) {
      end(paint.bad("✗ " + what) + "  " + paint.faint(took()) + "  " + why);
    }

    String took() {
      return Figures.time(Duration.between(begun, clock.instant()).toMillis());
    }
  }
}
