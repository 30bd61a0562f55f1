package io.conntracksync.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressViewTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  /** A fake clock: each look at it finds it 250 ms later. */
  private final Clock clock = steps();

  @Test
  void plainLinesForALog() throws IOException {
    play(new PlainProgress(out, clock));

    Golden.matches("progress-plain.txt", printed());
  }

  @Test
  void aLivelyLineOnATerminal() throws IOException {
    play(new TerminalProgress(out, clock, Paint.COLOURED));

    Golden.matches("progress-terminal.txt", visible());
  }

  @Test
  void withoutColoursOnlyTheCursorMoves() {
    play(new TerminalProgress(out, clock, Paint.NONE));

    assertThat(printed().replaceAll("\r\u001b\\[2K|\u001b\\[\\?7[lh]", ""))
        .doesNotContain("\u001b");
  }

  @Test
  void aReportThatFallsShortSaysSoAtTheEnd() {
    new PlainProgress(out, clock).finish(SampleReport.small(), "report.html");

    assertThat(printed()).contains("NOT SHOWN: the control needs at least 20 connections");
  }

  @Test
  void aPlainFileIsNoTerminal(@TempDir Path folder) throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("1"), Path.of("/tmp/some.log"));
    Path pts = Files.createSymbolicLink(folder.resolve("2"), Path.of("/dev/pts/4"));

    assertThat(Terminal.isTerminal(link)).isFalse();
    assertThat(Terminal.isTerminal(folder.resolve("absent"))).isFalse();
    assertThat(Terminal.isTerminal(pts)).isTrue();
  }

  @Test
  void aDumbTerminalGetsPlainLines() {
    assertThat(Terminal.canMoveCursor(Map.of("TERM", "dumb"))).isFalse();
    assertThat(Terminal.canMoveCursor(Map.of())).isFalse();
    assertThat(Terminal.canMoveCursor(Map.of("TERM", "xterm-256color"))).isTrue();
  }

  private static void play(ProgressView view) {
    view.chapter("1/2  without ConntrackSync");
    view.begin("start the VM").done();
    ProgressView.Step migration = view.begin("migrate the VM");
    view.live(24, 24);
    view.live(24, 24);
    view.live(0, 24);
    view.show("kubectl get conntracksyncs", "NAME   PHASE\ndemo   Imported\n");
    migration.done("stood still for 0.19 s");
    view.begin("look for the moon").failed("it is not there: look again at night");
    view.finish(SampleReport.full(), "report.html");
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** With the escapes as people can read them in a review. */
  private String visible() {
    return printed().replace("\r", "<CR>").replace("\u001b", "<ESC>");
  }

  private static Clock steps() {
    AtomicLong looks = new AtomicLong();
    InstantSource source =
        () -> Instant.EPOCH.plus(Duration.ofMillis(250).multipliedBy(looks.getAndIncrement()));
    return source.withZone(ZoneOffset.UTC);
  }
}
