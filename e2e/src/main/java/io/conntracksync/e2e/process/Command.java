package io.conntracksync.e2e.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs to its end within a time. Output and errors come together, as on a terminal.
 */
public final class Command {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<String> words;
  private final Duration patience;
  private final String input;

  private Command(List<String> words, Duration patience, String input) {
    this.words = List.copyOf(words);
    this.patience = patience;
    this.input = input;
  }

  public static Command of(String... words) {
    return of(List.of(words));
  }

  public static Command of(List<String> words) {
    return new Command(words, PATIENCE, "");
  }

  public Command within(Duration time) {
    return new Command(words, time, input);
  }

  /** The same command, with this text on its standard input. */
  public Command reading(String text) {
    return new Command(words, patience, text);
  }

  /** The same command with these words before it, such as {@code ip netns exec nodea}. */
  public Command after(List<String> prefix) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(words);
    return new Command(all, patience, input);
  }

  /** Runs it and returns what it printed; throws with that text when it fails or takes too long. */
  public String run() {
    Finished finished = tryRun();
    if (finished.exitCode() != 0) {
      throw new IllegalStateException(
          String.join(" ", words)
              + " ended with "
              + finished.exitCode()
              + ":\n"
              + finished.output());
    }
    return finished.output();
  }

  /** Runs it and returns how it ended; throws only when it cannot be started or takes too long. */
  public Finished tryRun() {
    try {
      Path output = Files.createTempFile("command", ".out");
      Path stdin = Files.createTempFile("command", ".in");
      try {
        Files.writeString(stdin, input);
        Process process =
            new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(stdin.toFile())
                .start();
        try {
          if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(
                String.join(" ", words) + " took longer than " + patience + ":\n" + text(output));
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(
              "interrupted while running " + String.join(" ", words), e);
        } finally {
          process.destroyForcibly();
        }
        return new Finished(process.exitValue(), text(output));
      } finally {
        Files.deleteIfExists(output);
        Files.deleteIfExists(stdin);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + String.join(" ", words), e);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** How a command ended and what it printed. */
  public record Finished(int exitCode, String output) {}
}
