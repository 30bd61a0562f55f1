package io.conntracksync.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts that a person has looked at; {@code -Dgolden.update=true} rewrites them. */
final class Golden {
  private static final Path FOLDER = Path.of("src/test/resources/report");

  private Golden() {}

  static void matches(String file, String text) throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(FOLDER.resolve(file), text);
    }
    assertThat(text).isEqualTo(Files.readString(FOLDER.resolve(file)));
  }
}
