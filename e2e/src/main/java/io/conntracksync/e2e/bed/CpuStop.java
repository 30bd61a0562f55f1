package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * QEMU's event {@code STOP} with QEMU's own time, from libvirt's log. libvirt's event {@code
 * Suspended} comes later, after the gate.
 */
final class CpuStop {
  // {"timestamp": {"seconds": 1764147600, "microseconds": 123456}, "event": "STOP"}
  private static final Pattern EVENT =
      Pattern.compile(
          "\"timestamp\": *\\{\"seconds\": *(\\d+), *\"microseconds\": *(\\d+)\\}, *\"event\": *\"STOP\"");

  private CpuStop() {}

  /** The last one in that log. */
  static Optional<Instant> last(Path log) {
    // QEMU's words may hold anything; what is asked for is ASCII.
    try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      return lines.map(CpuStop::parse).flatMap(Optional::stream).reduce((earlier, later) -> later);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + log, e);
    }
  }

  static Optional<Instant> parse(String line) {
    Matcher matcher = EVENT.matcher(line);
    return matcher.find()
        ? Optional.of(
            Instant.ofEpochSecond(Long.parseLong(matcher.group(1)))
                .plus(Long.parseLong(matcher.group(2)), ChronoUnit.MICROS))
        : Optional.empty();
  }
}
