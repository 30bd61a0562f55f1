package io.conntracksync.e2e.install;

import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.process.Daemon;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A terminal of the administrator: takes lines as the guides have them. In place of the chart's
 * folder in a checkout stands the packed chart.
 */
record Shell(ControlPlane controlPlane, Chart chart) {
  private static final String FOLDER = "helm/conntracksync";

  /** Runs the line to its end and returns what it printed. */
  String run(String line) {
    return Command.of(words(line)).within(Duration.ofMinutes(5)).run();
  }

  /** Runs the line until it is closed. */
  Daemon start(String line, Path log) {
    return Daemon.start("shell", log, Map.of(), words("exec " + line));
  }

  private List<String> words(String line) {
    return List.of(
        "env",
        "KUBECONFIG=" + controlPlane.kubeconfig().toAbsolutePath(),
        "PATH=" + controlPlane.kubectl().getParent() + ":" + Chart.helmFolder() + ":/usr/bin:/bin",
        "sh",
        "-euc",
        line.replace(FOLDER, chart.archive().toAbsolutePath().toString()));
  }
}
