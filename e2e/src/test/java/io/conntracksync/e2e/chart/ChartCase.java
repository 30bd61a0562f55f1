package io.conntracksync.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder with {@code in-values.yaml} and what becomes of it: the manifest {@code
 * out-manifest.yaml}, or helm's words {@code out-error.txt}. A person has looked at them; {@code
 * -Dgolden.update=true} writes them anew.
 */
record ChartCase(Path folder) {
  private static final Path ROOT = Path.of("src/test/resources/chart");
  private static final String VALUES = "in-values.yaml";
  private static final String MANIFEST = "out-manifest.yaml";
  private static final String ERROR = "out-error.txt";

  /** Values that are taken. */
  static Stream<ChartCase> rendered() {
    return all("rendered");
  }

  /** Values that are refused. */
  static Stream<ChartCase> refused() {
    return all("refused");
  }

  private static Stream<ChartCase> all(String kind) {
    try (Stream<Path> folders = Files.list(ROOT.resolve(kind))) {
      return folders.sorted().map(ChartCase::new).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + ROOT.resolve(kind), e);
    }
  }

  String values() {
    return folder.resolve(VALUES).toString();
  }

  void assertManifest(String text) throws IOException {
    assertGolden(MANIFEST, text);
  }

  void assertError(String text) throws IOException {
    assertGolden(ERROR, text);
  }

  private void assertGolden(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(file, text);
    }
    assertThat(text).as(file.toString()).isEqualTo(Files.readString(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(found -> found.getFileName().toString()))
          .as("files of " + folder)
          .containsExactlyInAnyOrderElementsOf(List.of(VALUES, name));
    }
  }

  @Override
  public String toString() {
    return folder.getFileName().toString();
  }
}
