package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BedLockTest {
  @TempDir Path folder;

  @Test
  void aSecondHolderIsToldWhoHasIt() throws IOException {
    Path file = folder.resolve("lock");
    BedLock held = BedLock.take(file);
    try {
      assertThatThrownBy(() -> BedLock.take(file))
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining(file.toString());
      assertThat(kernelLocks()).as("the refused attempt frees nothing").contains(lockOf(file));
    } finally {
      held.close();
    }
  }

  @Test
  void aFreedLockCanBeTakenAgain() {
    Path file = folder.resolve("lock");

    BedLock.take(file).close();

    BedLock.take(file).close();
  }

  /** The locks on whole files that the kernel knows, as {@code <process> <inode>}. */
  private static List<String> kernelLocks() throws IOException {
    // 1: POSIX  ADVISORY  WRITE 1234 fe:00:5678 0 EOF
    return Files.readAllLines(Path.of("/proc/locks")).stream()
        .map(line -> line.strip().split("\\s+"))
        .map(words -> words[words.length - 4] + words[words.length - 3].replaceAll(".*:", " "))
        .toList();
  }

  private static String lockOf(Path file) throws IOException {
    return ProcessHandle.current().pid() + " " + Files.getAttribute(file, "unix:ino");
  }
}
