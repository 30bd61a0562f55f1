package io.conntracksync.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real promtool on what the chart asks Prometheus. */
class PromtoolRootIT {
  @Test
  void theAlertsAreRulesOfPrometheus() {
    assertThat(Command.of("promtool", "check", "rules", Monitoring.ALERTS.toString()).run())
        .contains("SUCCESS");
  }

  /** Series as the programs' metrics have them, and the alerts that come of them. */
  @Test
  void theAlertsFireWhenTheyShould() {
    assertThat(
            Command.of("promtool", "test", "rules", "src/test/resources/chart/alerts-test.yaml")
                .run())
        .contains("SUCCESS");
  }

  /** promtool knows no dashboards, but an expression is one wherever it stands. */
  @Test
  void whatTheDashboardAsksIsUnderstood(@TempDir Path folder) throws IOException {
    StringBuilder rules = new StringBuilder("groups:\n- name: panels\n  rules:\n");
    int number = 0;
    for (Monitoring.Expression panel : Monitoring.panels()) {
      rules
          .append("  - record: panel_")
          .append(number++)
          .append("\n    expr: '")
          .append(panel.text().replace("$__rate_interval", "5m"))
          .append("'\n");
    }
    Path file = Files.writeString(folder.resolve("panels.yaml"), rules);

    assertThat(Command.of("promtool", "check", "rules", file.toString()).run())
        .contains("SUCCESS: " + number + " rules found");
  }
}
