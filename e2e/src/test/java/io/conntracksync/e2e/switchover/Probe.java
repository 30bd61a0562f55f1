package io.conntracksync.e2e.switchover;

import io.conntracksync.e2e.bed.Node;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program on the source node that calls the gate as libvirt does, and changes the node's table:
 * see {@code probe.py}. It is small, so that what it measures is not its own start or its garbage.
 */
final class Probe implements AutoCloseable {
  private static final String PROGRAM = "switchover/probe.py";
  private static final long GRACE_SECONDS = 5;

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter orders;

  private Probe(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.orders = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Runs it on this node; it listens to the table of the network namespace of that process. Its
   * errors go to the log.
   */
  static Probe start(Node node, Path gate, long otherProcess, Path folder) {
    Path program = folder.resolve("probe.py");
    List<String> words =
        node.enter("python3", program.toString(), gate.toString(), Long.toString(otherProcess));
    try (InputStream source = Probe.class.getClassLoader().getResourceAsStream(PROGRAM)) {
      Files.createDirectories(folder);
      Files.copy(source, program, StandardCopyOption.REPLACE_EXISTING);
      Probe probe =
          new Probe(
              new ProcessBuilder(words)
                  .redirectError(folder.resolve("probe.log").toFile())
                  .start());
      probe.answer("start");
      return probe;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + String.join(" ", words), e);
    }
  }

  /**
   * At a random moment within that time: changes so many flows, then pauses that domain;
   * nanoseconds that the pause alone took.
   */
  long pauseNanos(String domain, int changes, Duration within) {
    return Long.parseLong(
        ask("pause %s %d %f".formatted(domain, changes, within.toMillis() / 1e3)));
  }

  /**
   * Nanoseconds from a change on this node to its presence on the other.
   *
   * @param made of new flows
   * @param changed of flows whose mark was changed
   */
  record Lags(List<Long> made, List<Long> changed) {
    Lags {
      made = List.copyOf(made);
      changed = List.copyOf(changed);
    }
  }

  /** So many new flows and as many changed ones, at random moments. */
  Lags lags(int samples, long seed) {
    String[] series = ask("lag " + samples + " " + seed).split(" ", -1);
    return new Lags(numbers(series[0]), numbers(series[1]));
  }

  private static List<Long> numbers(String text) {
    return Stream.of(text.split(",", -1)).map(Long::valueOf).toList();
  }

  private String ask(String order) {
    try {
      orders.write(order + "\n");
      orders.flush();
      return answer(order);
    } catch (IOException e) {
      throw new UncheckedIOException("the probe cannot be told \"" + order + "\"", e);
    }
  }

  private String answer(String order) throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the probe ended at \"" + order + "\"; see its log");
    }
    return line;
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
