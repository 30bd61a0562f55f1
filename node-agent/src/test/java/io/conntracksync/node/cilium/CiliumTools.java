package io.conntracksync.node.cilium;

import java.nio.file.Files;
import java.nio.file.Path;
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
}
