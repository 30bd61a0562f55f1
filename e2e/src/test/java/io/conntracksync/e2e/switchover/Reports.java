package io.conntracksync.e2e.switchover;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What was measured, where people look for it: {@code target/reports}. */
final class Reports {
  private static final Path FOLDER = Path.of("target/reports");

  private Reports() {}

  /** In place of the one of an earlier run. */
  static void write(String name, Object report) throws IOException {
    Files.createDirectories(FOLDER);
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(FOLDER.resolve(name + ".json").toFile(), report);
  }
}
