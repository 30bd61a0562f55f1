package io.conntracksync.e2e.traffic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The peer program's settings and result as JSON. */
final class ResultFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultFile() {}

  static String text(PeerSettings settings) {
    try {
      return JSON.writeValueAsString(settings);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write the peer's settings", e);
    }
  }

  static PeerSettings settings(String text) throws IOException {
    return JSON.readValue(text, PeerSettings.class);
  }

  /** Appears whole or not at all, so that a killed program leaves no half result. */
  static void write(Path file, TrafficResult result) throws IOException {
    Path whole = file.toAbsolutePath();
    Files.createDirectories(whole.getParent());
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    JSON.writeValue(part.toFile(), result);
    Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  static TrafficResult read(Path file) {
    try {
      return JSON.readValue(file.toFile(), TrafficResult.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the peer's result " + file, e);
    }
  }
}
