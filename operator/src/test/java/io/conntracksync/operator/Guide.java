package io.conntracksync.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A page of the documentation, or a section of it. Names that people read there are an API, so
 * tests compare them with the code.
 */
public final class Guide {
  public static final Path OPERATIONS = Path.of("../docs/operations.md");

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private final List<String> lines;

  private Guide(List<String> lines) {
    this.lines = lines;
  }

  /** The section of that heading, up to the next one of its level or above. */
  public static Guide section(Path page, String heading) throws IOException {
    List<String> all = Files.readAllLines(page);
    int start = all.indexOf(heading);
    if (start < 0) {
      throw new IllegalArgumentException(page + " has no section \"" + heading + '"');
    }
    int level = heading.indexOf(' ');
    int end =
        IntStream.range(start + 1, all.size())
            .filter(i -> all.get(i).matches("#{1," + level + "} .*"))
            .findFirst()
            .orElse(all.size());
    return new Guide(all.subList(start, end));
  }

  /** The cells of each row of its tables, without heads and rulers. */
  public List<List<String>> rows() {
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).startsWith("|") && !isRuler(lines.get(i)))
        .filter(i -> i + 1 == lines.size() || !isRuler(lines.get(i + 1)))
        .mapToObj(i -> cells(lines.get(i)))
        .toList();
  }

  /** What stands as code in that column of its tables; the first is 0. */
  public Set<String> namesInColumn(int column) {
    Set<String> names = new TreeSet<>();
    rows().forEach(cells -> names.addAll(names(cells.get(column))));
    return names;
  }

  /** What stands as code anywhere in it. */
  public Set<String> names() {
    return names(String.join("\n", lines));
  }

  /** What stands as code in this text. */
  public static Set<String> names(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = CODE.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  private static boolean isRuler(String line) {
    return line.startsWith("|---");
  }

  private static List<String> cells(String row) {
    return Arrays.stream(row.substring(1).split("\\|", -1)).map(String::strip).toList();
  }
}
