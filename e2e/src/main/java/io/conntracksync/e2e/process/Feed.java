package io.conntracksync.e2e.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A program that runs until it is told to end, and whose lines are handed on as it writes them,
 * output and errors alike, by one thread. As with {@link Daemon}, the process must be the program
 * itself.
 */
public final class Feed implements AutoCloseable {
  private static final long GRACE_SECONDS = 5;

  private final String name;
  private final Process process;

  private Feed(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  public static Feed start(String name, List<String> words, Consumer<String> listener) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      Thread reader = new Thread(() -> read(process, listener), name);
      reader.setDaemon(true);
      reader.start();
      return new Feed(name, process);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name + ": " + String.join(" ", words), e);
    }
  }

  private static void read(Process process, Consumer<String> listener) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = lines.readLine()) != null) {
        listener.accept(line);
      }
    } catch (IOException e) {
      // The stream was closed under us because the program was told to end: nothing is lost.
      return;
    }
  }

  /** Throws when it is no longer running: for use while waiting for what it reports. */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(name + " ended with " + process.exitValue());
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
