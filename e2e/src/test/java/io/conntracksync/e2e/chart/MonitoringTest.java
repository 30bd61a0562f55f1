package io.conntracksync.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conntracksync.e2e.chart.Monitoring.Expression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Alerts and dashboard speak of what is there. The guide is compared with the programs by their own
 * tests, so here it stands for them.
 */
class MonitoringTest {
  private static final Path GUIDE = Path.of("../docs/operations.md");
  private static final Pattern CODE = Pattern.compile("`(\\w+)`");
  private static final Pattern METRIC = Pattern.compile("\\b(conntracksync_[a-z_]+)");
  private static final Pattern VALUE = Pattern.compile("=~?\"([^\"]*)\"");

  /** What Prometheus sees of a timer. */
  private static final Pattern TIMER = Pattern.compile("_seconds_(count|sum|max)$");

  @Test
  void everyMetricIsInTheGuide() throws IOException {
    Set<String> known = guide();

    for (Expression expression : all()) {
      for (String metric : found(METRIC, expression.text())) {
        assertThat(known)
            .as("metrics in docs/operations.md, for: %s", expression)
            .contains(TIMER.matcher(metric).replaceFirst("_seconds"));
      }
    }
  }

  @Test
  void everyLabelsValueIsInTheGuide() throws IOException {
    Set<String> known = guide();
    Set<String> asked = new TreeSet<>();
    for (Expression expression : all()) {
      for (String values : found(VALUE, expression.text())) {
        if (!values.startsWith(".*/")) {
          asked.addAll(List.of(values.split("\\|", -1)));
        }
      }
    }

    assertThat(asked).isNotEmpty();
    assertThat(known).as("words in docs/operations.md").containsAll(asked);
  }

  @Test
  void everyAlertIsExplainedInTheGuideAndNoOther() throws IOException {
    assertThat(Monitoring.alerts())
        .extracting(Expression::where)
        .containsExactlyInAnyOrderElementsOf(
            guide().stream().filter(word -> word.matches("ConntrackSync[A-Z]\\w+")).toList());
  }

  @Test
  void panelsStandBesideEachOther() throws IOException {
    JsonNode panels = new ObjectMapper().readTree(Monitoring.DASHBOARD.toFile()).get("panels");
    Set<Integer> ids = new HashSet<>();
    Set<String> places = new HashSet<>();
    for (JsonNode panel : panels) {
      assertThat(ids.add(panel.get("id").asInt())).as("id of %s", panel.get("title")).isTrue();
      JsonNode at = panel.get("gridPos");
      for (int x = at.get("x").asInt(); x < at.get("x").asInt() + at.get("w").asInt(); x++) {
        for (int y = at.get("y").asInt(); y < at.get("y").asInt() + at.get("h").asInt(); y++) {
          assertThat(places.add(x + "," + y)).as("place of %s", panel.get("title")).isTrue();
          assertThat(x).isLessThan(24);
        }
      }
      if (!panel.get("type").asText().equals("row")) {
        assertThat(panel.get("description").asText()).as("%s", panel.get("title")).endsWith(".");
      }
    }
  }

  private static List<Expression> all() throws IOException {
    return Stream.concat(Monitoring.alerts().stream(), Monitoring.panels().stream()).toList();
  }

  /** The words that stand as code there. */
  private static Set<String> guide() throws IOException {
    return new TreeSet<>(found(CODE, Files.readString(GUIDE)));
  }

  private static List<String> found(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
