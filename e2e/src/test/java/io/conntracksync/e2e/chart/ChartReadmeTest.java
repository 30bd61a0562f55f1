package io.conntracksync.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.chart.CommentedValues.Commented;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The tables of the chart's README are made from the comments in {@code values.yaml}; {@code
 * -Dgolden.update=true} makes them anew.
 */
class ChartReadmeTest {
  private static final Path CHART = Path.of("../helm/conntracksync");
  private static final Path README = CHART.resolve("README.md");
  private static final String BEGIN = "<!-- made from values.yaml: begin -->\n";
  private static final String END = "<!-- made from values.yaml: end -->\n";

  @Test
  void theReadmeSaysWhatTheCommentsSay() throws IOException {
    String page = Files.readString(README);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    String tables = tables(values());
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(README, page.substring(0, begin) + tables + page.substring(end));
    }

    String now = Files.readString(README);
    assertThat(now.substring(now.indexOf(BEGIN) + BEGIN.length(), now.indexOf(END)))
        .as("%s is not up to date: run this test with -Dgolden.update=true", README)
        .isEqualTo(tables);
  }

  @Test
  void everyValueHasACommentOfWholeSentences() throws IOException {
    CommentedValues values = values();

    assertThat(values.unexplained()).as("values without a comment").isEmpty();
    for (Commented section : values.topLevel()) {
      assertThat(section.comment()).as(section.name()).endsWith(".");
      assertThat(values.valuesWithin(section))
          .allSatisfy(value -> assertThat(value.comment()).as(value.name()).endsWith("."));
    }
  }

  private static CommentedValues values() throws IOException {
    return CommentedValues.of(Files.readString(CHART.resolve("values.yaml")));
  }

  private static String tables(CommentedValues values) {
    StringBuilder page = new StringBuilder();
    for (Commented section : values.topLevel()) {
      page.append("\n### `").append(section.name()).append("`\n\n").append(section.comment());
      if (values.isValue(section)) {
        page.append(" Default: `").append(values.defaultOf(section)).append("`.\n");
        continue;
      }
      page.append("\n\n| value | default | |\n|---|---|---|\n");
      for (Commented value : values.valuesWithin(section)) {
        page.append(
            "| `%s` | `%s` | %s |\n"
                .formatted(value.name(), values.defaultOf(value), value.comment()));
      }
    }
    return page.append('\n').toString();
  }
}
