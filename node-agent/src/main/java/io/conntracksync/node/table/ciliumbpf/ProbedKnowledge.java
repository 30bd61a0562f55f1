package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.MonotonicClock;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks again every few seconds: Cilium may be replaced by another version under our feet. */
final class ProbedKnowledge implements NodeKnowledge {
  private static final long SECONDS_VALID = 10;

  /** A jiffies unit is 256 of them. */
  private static final int UNIT_SHIFT = 8;

  private static final Pattern TIMESTAMP = Pattern.compile("(?m)^timestamp (\\d{1,19})$");

  private final NodeProbe probe;
  private final Path scheduleStatistics;
  private Optional<CiliumNode> known = Optional.empty();
  private long knownSince;

  ProbedKnowledge(CiliumPaths paths) {
    this.probe = new NodeProbe(paths);
    this.scheduleStatistics = paths.scheduleStatistics();
  }

  @Override
  public synchronized CiliumNode node() throws TableException {
    long now = seconds();
    if (known.isEmpty() || now - knownSince >= SECONDS_VALID) {
      known = Optional.of(probe.find());
      knownSince = now;
    }
    return known.get();
  }

  @Override
  public int now(ClockSource clock) throws TableException {
    return clock instanceof ClockSource.Jiffies
        ? (int) (jiffies() >>> UNIT_SHIFT)
        : (int) seconds();
  }

  private static long seconds() throws TableException {
    try {
      return MonotonicClock.seconds();
    } catch (SystemCallException e) {
      throw new TableException(TableFault.CLOCK_UNKNOWN, e.getMessage(), e);
    }
  }

  private long jiffies() throws TableException {
    Matcher matcher = TIMESTAMP.matcher(statistics());
    if (matcher.find()) {
      return Long.parseLong(matcher.group(1));
    }
    throw new TableException(
        TableFault.CLOCK_UNKNOWN, scheduleStatistics + " has no line with a timestamp");
  }

  private String statistics() throws TableException {
    try {
      return Files.readString(scheduleStatistics);
    } catch (IOException e) {
      throw new TableException(
          TableFault.CLOCK_UNKNOWN,
          "Cilium counts in jiffies here, which cannot be read from "
              + scheduleStatistics
              + ": set bpfClockProbe=false in Cilium",
          e);
    }
  }
}
