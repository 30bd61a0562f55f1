package io.conntracksync.e2e.switchover;

import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.process.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every change of an address's entries as {@code conntrack -E} tells it, with its time. */
final class ChurnEvents implements AutoCloseable {
  // [1764147600.123456]	   [UPDATE] udp      17 …
  private static final Pattern EVENT =
      Pattern.compile("\\[(\\d+)\\.(\\d{6})\\s*\\]\\s+\\[(\\w+)\\].*");
  private static final String BUFFER_BYTES = "33554432";

  private final Daemon program;

  private ChurnEvents(Daemon program) {
    this.program = program;
  }

  static ChurnEvents listen(Node node, String address, Path log) throws IOException {
    Files.deleteIfExists(log);
    return new ChurnEvents(
        Daemon.start(
            "conntrack -E",
            log,
            Map.of(),
            node.enter(
                "stdbuf",
                "-o1M",
                "conntrack",
                "-E",
                "-s",
                address,
                "-o",
                "timestamp",
                "-b",
                BUFFER_BYTES)));
  }

  /** One change; {@code kind} is {@code NEW}, {@code UPDATE} or {@code DESTROY}. */
  record Change(Instant at, String kind) {
    static Optional<Change> parse(String line) {
      Matcher matcher = EVENT.matcher(line);
      return matcher.matches()
          ? Optional.of(
              new Change(
                  Instant.ofEpochSecond(Long.parseLong(matcher.group(1)))
                      .plus(Long.parseLong(matcher.group(2)), ChronoUnit.MICROS),
                  matcher.group(3)))
          : Optional.empty();
    }
  }

  /** Ends the listening; what was told until then. */
  List<Change> end() throws IOException {
    program.close();
    try (Stream<String> lines = Files.lines(program.log())) {
      return lines.map(Change::parse).flatMap(Optional::stream).toList();
    }
  }

  /** Changes a second between two times. */
  static double rate(List<Change> changes, Instant from, Instant to) {
    long count =
        changes.stream()
            .filter(change -> !change.at().isBefore(from) && change.at().isBefore(to))
            .count();
    return count / (Duration.between(from, to).toMillis() / 1000.0);
  }

  @Override
  public void close() {
    program.close();
  }
}
