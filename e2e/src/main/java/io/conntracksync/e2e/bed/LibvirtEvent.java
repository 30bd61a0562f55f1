package io.conntracksync.e2e.bed;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One event of a domain.
 *
 * @param received when virsh got it from the daemon, by the machine's clock, to the millisecond
 * @param readNanos when we read it, by this JVM's monotonic clock ({@link System#nanoTime})
 * @param kind such as {@code lifecycle} or {@code migration-iteration}
 * @param domain the domain's name
 * @param detail such as {@code Resumed Migrated}; empty for kinds that have none or say it in lines
 *     of their own
 */
public record LibvirtEvent(
    Instant received, long readNanos, String kind, String domain, String detail) {

  // 2026-01-31 10:00:00.123+0000: event 'lifecycle' for domain 'ns_vm': Resumed Migrated
  private static final Pattern LINE =
      Pattern.compile("(\\S+ \\S+): event '([^']+)' for domain '([^']+)'(?::(.*))?");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSZ", Locale.ROOT);

  /** From a line of {@code virsh event --timestamp}; empty when it is something else. */
  static Optional<LibvirtEvent> parse(String line, long readNanos) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String detail = matcher.group(4) == null ? "" : matcher.group(4).strip();
    return Optional.of(
        new LibvirtEvent(
            TIME.parse(matcher.group(1), Instant::from),
            readNanos,
            matcher.group(2),
            matcher.group(3),
            detail));
  }

  /** Whether it is this change of the domain's life: {@code Started}, {@code Resumed}, … */
  public boolean isLifecycle(String change) {
    return kind.equals("lifecycle") && (detail.equals(change) || detail.startsWith(change + " "));
  }
}
