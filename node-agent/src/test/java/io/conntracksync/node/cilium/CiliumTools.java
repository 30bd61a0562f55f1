package io.conntracksync.node.cilium;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The programs that {@code e2e/cilium-tools/Makefile} built, in the versions it wants now. */
public final class CiliumTools {
  private CiliumTools() {}

  public static Path program(String name) {
    Path cache =
        Optional.ofNullable(System.getenv("CTS_CACHE"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".cache", "conntracksync"));
    Path file = cache.resolve("cilium-tools/current/bin").resolve(name);
    if (!Files.isExecutable(file)) {
      throw new IllegalStateException(
          "there is no " + file + ": build it once with `make cilium-tools`");
    }
    return file;
  }

  /** What it prints when it is given this; one that fails is an exception. */
  static String run(List<String> command, String input) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new IllegalStateException("%s ended with %d".formatted(command, status));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
