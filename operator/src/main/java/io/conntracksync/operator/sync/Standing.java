package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.Outcome;
import io.conntracksync.api.v1alpha1.Phase;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a sync stands, and what is said about it.
 *
 * @param place the assigned port; kept after the end, for the record
 * @param outcome what became of the migration; only at an end, and only if it is known
 */
record Standing(
    Phase phase, Reason reason, String message, Optional<Place> place, Optional<Outcome> outcome) {
  private static final int LONGEST_MESSAGE = 1024; // the schema's bound

  Standing {
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(place, "place");
    Objects.requireNonNull(outcome, "outcome");
    if (outcome.isPresent() && !Phases.isEnd(phase)) {
      throw new IllegalArgumentException("phase " + phase + " is no end and has no outcome");
    }
    if (message.length() > LONGEST_MESSAGE) {
      message = message.substring(0, LONGEST_MESSAGE - 3) + "...";
    }
  }

  static Standing pending(Reason reason, String message) {
    return new Standing(Phase.PENDING, reason, message, Optional.empty(), Optional.empty());
  }

  static Standing skipped(Reason reason, String message) {
    return new Standing(Phase.SKIPPED, reason, message, Optional.empty(), Optional.empty());
  }

  static Standing underWay(Phase phase, Reason reason, String message, Place place) {
    return new Standing(phase, reason, message, Optional.of(place), Optional.empty());
  }

  /** The end of a migration that was seen. */
  static Standing concluded(Outcome outcome, Reason reason, String message, Optional<Place> place) {
    Phase phase =
        switch (outcome) {
          case COMPLETED -> Phase.COMPLETED;
          case FAILED -> Phase.FAILED;
          case CANCELLED -> Phase.CANCELLED;
          case UNRECOGNISED -> throw new IllegalArgumentException("UNRECOGNISED is never written");
        };
    return new Standing(phase, reason, message, place, Optional.of(outcome));
  }

  static Standing expired(String message, Optional<Place> place) {
    return new Standing(Phase.EXPIRED, Reason.TIMEOUT_EXCEEDED, message, place, Optional.empty());
  }

  boolean isEnd() {
    return Phases.isEnd(phase);
  }
}
