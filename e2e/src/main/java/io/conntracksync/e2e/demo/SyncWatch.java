package io.conntracksync.e2e.demo;

import io.conntracksync.e2e.process.Feed;
import io.conntracksync.e2e.report.PhaseReport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What {@code kubectl get conntracksyncs --watch} prints, phase by phase. A watch sees every phase,
 * also one that lasts for milliseconds; asking again and again would not.
 */
final class SyncWatch implements AutoCloseable {
  private static final Pattern COLUMNS = Pattern.compile(" {2,}");

  private final Clock clock;
  private final PhaseListener listener;
  private final List<PhaseReport> phases = new ArrayList<>();
  private final Feed feed;
  private String header = "";

  /** Is told of each phase when it is first seen. */
  @FunctionalInterface
  interface PhaseListener {
    void reached(PhaseReport phase);
  }

  private SyncWatch(
      Path kubectl, Path kubeconfig, String namespace, Clock clock, PhaseListener listener) {
    this.clock = clock;
    this.listener = listener;
    this.feed =
        Feed.start(
            "kubectl watch",
            List.of(
                kubectl.toString(),
                "--kubeconfig=" + kubeconfig,
                "--namespace=" + namespace,
                "get",
                "conntracksyncs",
                "--watch"),
            this::line);
  }

  static SyncWatch start(
      Path kubectl, Path kubeconfig, String namespace, Clock clock, PhaseListener listener) {
    return new SyncWatch(kubectl, kubeconfig, namespace, clock, listener);
  }

  private synchronized void line(String line) {
    if (line.startsWith("NAME ")) {
      header = line;
      return;
    }
    String phase = column(header, line, "PHASE");
    if (phase.isEmpty() || phases.stream().anyMatch(seen -> seen.phase().equals(phase))) {
      return;
    }
    PhaseReport reached = new PhaseReport(phase, clock.millis(), header + "\n" + line);
    phases.add(reached);
    listener.reached(reached);
  }

  /** The text of a column: kubectl aligns each below its title. Empty when there is none. */
  static String column(String header, String line, String title) {
    int from = header.indexOf(title);
    if (from < 0 || from >= line.length()) {
      return "";
    }
    return COLUMNS.split(line.substring(from), 2)[0].strip();
  }

  synchronized List<PhaseReport> phases() {
    return List.copyOf(phases);
  }

  @Override
  public void close() {
    feed.close();
  }
}
