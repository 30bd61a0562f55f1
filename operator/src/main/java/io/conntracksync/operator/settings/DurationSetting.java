package io.conntracksync.operator.settings;

import io.conntracksync.api.v1alpha1.DurationText;
import java.time.Duration;

/**
 * The durations of a sync with the bounds of the API (the schema of ConntrackSync). A value outside
 * would be refused by the API server at the worst moment, with the migration under way.
 */
public enum DurationSetting {
  /** How long the hook may wait for the import. */
  HOOK_DEADLINE("0s", "5s", "5s or 200ms"),
  /** How long the gate may hold the switchover. */
  SWITCHOVER_DEADLINE("0s", "1s", "1s or 100ms"),
  /** How long a sync may take as a whole. */
  TIMEOUT("1s", "24h", "30m or 2h"),
  /** How long an ended sync is kept. */
  TTL_AFTER_FINISHED("0s", "720h", "1h or 10m");

  private final String least;
  private final String most;
  private final String examples;

  DurationSetting(String least, String most, String examples) {
    this.least = least;
    this.most = most;
    this.examples = examples;
  }

  /** Reads a text such as {@code 200ms}. */
  public Parsed<Duration> parse(String text) {
    return DurationText.parse(text)
        .<Parsed<Duration>>map(duration -> bounded(text, duration))
        .orElseGet(
            () -> new Parsed.Invalid<>('"' + text + "\" is not a duration; write " + examples));
  }

  private Parsed<Duration> bounded(String text, Duration duration) {
    if (duration.compareTo(bound(least)) < 0) {
      return new Parsed.Invalid<>('"' + text + "\" is less than " + least + "; " + range());
    }
    if (duration.compareTo(bound(most)) > 0) {
      return new Parsed.Invalid<>('"' + text + "\" is more than " + most + "; " + range());
    }
    return new Parsed.Valid<>(duration);
  }

  private String range() {
    return "write " + least + " to " + most + ", such as " + examples;
  }

  private static Duration bound(String text) {
    return DurationText.parse(text).orElseThrow();
  }
}
