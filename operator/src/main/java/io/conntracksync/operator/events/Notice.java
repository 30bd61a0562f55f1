package io.conntracksync.operator.events;

import java.util.Objects;

/**
 * What an Event says.
 *
 * @param reason one CamelCase word
 * @param message what happened, then what to do; the API server takes at most 1024 bytes
 */
public record Notice(Weight weight, String reason, String message) {
  /** The {@code type} of an Event. */
  public enum Weight {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String text;

    Weight(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  public Notice {
    Objects.requireNonNull(weight, "weight");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(message, "message");
  }
}
