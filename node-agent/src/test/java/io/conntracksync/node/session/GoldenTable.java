package io.conntracksync.node.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;

/** Compares a text with a reviewed one; {@code -Dgolden.update=true} writes it anew. */
final class GoldenTable {
  private static final Path FOLDER = Path.of("src/test/resources/io/conntracksync/node/session");

  private GoldenTable() {}

  static void assertMatches(String name, String actual) {
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.writeString(FOLDER.resolve(name), actual);
      }
      try (InputStream in = GoldenTable.class.getResourceAsStream(name)) {
        String expected =
            Boolean.getBoolean("golden.update")
                ? Files.readString(FOLDER.resolve(name))
                : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        Assertions.assertThat(actual).isEqualTo(expected);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
