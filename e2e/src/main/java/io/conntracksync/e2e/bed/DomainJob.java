package io.conntracksync.e2e.bed;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code virsh domjobinfo --completed} prints after a migration. */
final class DomainJob {
  private static final Pattern DOWNTIME = Pattern.compile("Total downtime:\\s+(\\d+)\\s+ms");

  private DomainJob() {}

  /** Throws when it is not said. */
  static Duration downtime(String printed) {
    Matcher matcher = DOWNTIME.matcher(printed);
    if (!matcher.find()) {
      throw new IllegalStateException("no \"Total downtime\" in what virsh said:\n" + printed);
    }
    return Duration.ofMillis(Long.parseLong(matcher.group(1)));
  }
}
