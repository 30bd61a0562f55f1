package io.conntracksync.e2e.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A file that names one process: {@code <pid> <start time>}. The start time, in clock ticks since
 * boot (proc(5), field 22 of {@code stat}), tells it from a later process of the same id.
 */
public final class PidFile {
  private static final Duration GRACE = Duration.ofSeconds(10);
  // Fields of stat after the closing parenthesis of the program's name, which may hold anything.
  private static final int START_TIME_AFTER_NAME = 19;

  private PidFile() {}

  /** Notes a process that runs; one that has already ended leaves no file. */
  public static void write(Path file, long pid) {
    startTime(pid)
        .ifPresent(
            start -> {
              try {
                Files.writeString(file, pid + " " + start + "\n");
              } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + file, e);
              }
            });
  }

  /**
   * Ends the process that the file names and waits for its end: what an earlier run left behind
   * when it was killed. Without a file, or when that process is gone, nothing happens.
   */
  public static void endLeftover(Path file) {
    try {
      if (!Files.exists(file)) {
        return;
      }
      String[] words = Files.readString(file).strip().split(" ", 2);
      long pid = Long.parseLong(words[0]);
      if (startTime(pid).filter(words[1]::equals).isPresent()) {
        ProcessHandle.of(pid).ifPresent(PidFile::end);
      }
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static void end(ProcessHandle process) {
    process.destroyForcibly();
    try {
      process.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ending process " + process.pid(), e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "process " + process.pid() + " of an earlier run does not end: end it by hand", e);
    }
  }

  private static Optional<String> startTime(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of(fields[START_TIME_AFTER_NAME]);
    } catch (IOException e) {
      return Optional.empty(); // The process is gone.
    }
  }
}
