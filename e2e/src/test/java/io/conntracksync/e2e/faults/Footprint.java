package io.conntracksync.e2e.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of a process, as the kernel counts it: the most since it was last asked to forget. */
record Footprint(long pid) {
  private static final String PEAK = "VmHWM:";

  /** From now on. */
  static Footprint from(long pid) {
    try {
      // proc(5): 5 resets the peak resident set size.
      Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), "5");
      return new Footprint(pid);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot reset the peak of process " + pid, e);
    }
  }

  /** In mebibytes. */
  long peak() {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
              .filter(line -> line.startsWith(PEAK))
              .map(line -> line.substring(PEAK.length()).strip().split(" ", 2)[0])
              .mapToLong(Long::parseLong)
              .findFirst()
              .orElseThrow()
          / 1024;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the status of process " + pid, e);
    }
  }
}
