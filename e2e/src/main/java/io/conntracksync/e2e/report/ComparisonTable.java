package io.conntracksync.e2e.report;

import java.util.ArrayList;
import java.util.List;

/** The comparison as lines of text. */
final class ComparisonTable {
  private ComparisonTable() {}

  static List<String> lines(Report report) {
    List<Comparison.Row> rows = new ArrayList<>();
    rows.add(new Comparison.Row("", "without", "with ConntrackSync"));
    rows.addAll(Comparison.rows(report));
    int measure = rows.stream().mapToInt(row -> row.measure().length()).max().orElse(0);
    int control = rows.stream().mapToInt(row -> row.control().length()).max().orElse(0);
    int synced = rows.stream().mapToInt(row -> row.synced().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (Comparison.Row row : rows) {
      lines.add(
          pad(row.measure(), measure) + "   " + pad(row.control(), control) + "   " + row.synced());
    }
    lines.add(1, "-".repeat(measure + control + synced + 6));
    return lines.stream().map(String::stripTrailing).toList();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
