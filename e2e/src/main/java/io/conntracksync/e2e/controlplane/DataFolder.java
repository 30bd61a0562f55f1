package io.conntracksync.e2e.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of one control plane, held by a lock: its leftovers may be ended only when nobody uses
 * it. The kernel drops the lock with the process that holds it.
 */
final class DataFolder implements AutoCloseable {
  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel lock;

  private DataFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Takes the folder, which is made when it is not there; throws when another run has it. */
  static DataFolder take(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new IllegalStateException(
            "another control plane runs in " + path + ": wait for its end or use another folder");
      }
      return new DataFolder(path, channel);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the folder " + path, e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // Held by this very process.
    }
  }

  Path path() {
    return path;
  }

  /** Removes what an earlier run wrote. */
  void empty() {
    try (Stream<Path> content = Files.walk(path)) {
      List<Path> deepestFirst =
          content
              .filter(file -> !file.equals(path) && !file.equals(path.resolve(LOCK)))
              .sorted(Comparator.reverseOrder())
              .toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot empty " + path, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give back " + path, e);
    }
  }
}
