package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files that {@code ip netns exec NAME} mounts over those in {@code /etc}: {@code
 * /etc/netns/NAME/}.
 */
final class NamespaceFiles {
  private static final Path ROOT = Path.of("/etc/netns");

  private NamespaceFiles() {}

  /** Own names of the nodes, and no name server: a name that is not there fails at once. */
  static void write(Namespace namespace) {
    try {
      Path folder = Files.createDirectories(ROOT.resolve(namespace.name()));
      Files.writeString(folder.resolve("hosts"), LibvirtConfiguration.hosts());
      Files.writeString(folder.resolve("resolv.conf"), "");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the files of " + namespace, e);
    }
  }

  /**
   * Removes those of all namespaces whose names start so, and the root when nothing else is there.
   */
  static void delete(String prefix) {
    try {
      if (!Files.isDirectory(ROOT)) {
        return;
      }
      for (Path folder : list(ROOT)) {
        if (folder.getFileName().toString().startsWith(prefix)) {
          for (Path file : list(folder)) {
            Files.delete(file);
          }
          Files.delete(folder);
        }
      }
      if (list(ROOT).isEmpty()) {
        Files.delete(ROOT);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clean " + ROOT, e);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
