package io.conntracksync.e2e.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the build made, found from the root of the checkout. */
public final class Build {
  private static final String ROOT_PROPERTY = "conntracksync.root";

  private final Path root;

  private Build(Path root) {
    this.root = root;
  }

  /**
   * The checkout that this program belongs to: the property {@value #ROOT_PROPERTY}, or the folder
   * above the current one.
   */
  public static Build ofThisCheckout() {
    String set = System.getProperty(ROOT_PROPERTY);
    Path root = set == null ? Path.of("").toAbsolutePath() : Path.of(set);
    for (Path folder = root; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("hook-native"))
          && Files.isDirectory(folder.resolve("crds"))) {
        return new Build(folder);
      }
    }
    throw new IllegalStateException(
        "no checkout of ConntrackSync at or above "
            + root
            + ": set -D"
            + ROOT_PROPERTY
            + "=FOLDER");
  }

  public Path root() {
    return root;
  }

  /** The native hook. */
  public Path hook() {
    return built("hook-native/build/conntracksync-hook", "make -C hook-native");
  }

  /** The native gate. */
  public Path gate() {
    return built("hook-native/build/conntracksync-gate.so", "make -C hook-native");
  }

  /** The image of a program. */
  public Path image(Program program) {
    return built(
        "%1$s/target/conntracksync-%1$s-image.tar".formatted(program.module()), "make images");
  }

  /**
   * The words that start the main class of a module, from its archive and the libraries beside it.
   */
  List<String> java(String module, String mainClass, List<String> flags) {
    Path target = root.resolve(module).resolve("target");
    try (Stream<Path> files = Files.list(target)) {
      Path jar =
          files
              .filter(
                  file ->
                      file.getFileName()
                          .toString()
                          .matches(
                              "conntracksync-" + module + "-[0-9].*(?<!-tests|-sources)\\.jar"))
              .findFirst()
              .orElseThrow(
                  () ->
                      missing(target.resolve("conntracksync-" + module + "-*.jar"), "mvn package"));
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      return Stream.of(
              List.of(java),
              flags,
              List.of("-cp", jar + ":" + target.resolve("lib") + "/*", mainClass))
          .flatMap(List::stream)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + target + ": run mvn package first", e);
    }
  }

  private Path built(String path, String how) {
    Path file = root.resolve(path);
    if (!Files.exists(file)) {
      throw missing(file, how);
    }
    return file;
  }

  private static IllegalStateException missing(Path file, String how) {
    return new IllegalStateException(file + " is not there: run " + how + " first");
  }
}
