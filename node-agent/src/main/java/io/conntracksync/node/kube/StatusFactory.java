package io.conntracksync.node.kube;

import io.conntracksync.node.session.Finding;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/** The only place where the agent's conditions are born. */
public final class StatusFactory {
  /** The schema's bound of a message. */
  static final int LONGEST_MESSAGE = 1024;

  private final Clock clock;

  public StatusFactory(Clock clock) {
    this.clock = Objects.requireNonNull(clock);
  }

  /**
   * The finding as a condition.
   *
   * @param generation generation of the object that the finding speaks of
   * @param earlier the condition written before; its transition time is kept while the status is
   *     the same
   */
  Condition condition(
      String type, Finding finding, Optional<Long> generation, Optional<Condition> earlier) {
    String status = status(finding.verdict());
    String since =
        earlier
            .filter(before -> status.equals(before.getStatus()))
            .map(Condition::getLastTransitionTime)
            .orElseGet(this::now);
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withObservedGeneration(generation.orElse(null))
        .withLastTransitionTime(since)
        .withReason(finding.reason())
        .withMessage(cut(finding.message()))
        .build();
  }

  /** Whole seconds, as the API server's own metav1.Time. */
  private String now() {
    return DateTimeFormatter.ISO_INSTANT.format(clock.instant().truncatedTo(ChronoUnit.SECONDS));
  }

  private static String status(Finding.Verdict verdict) {
    return switch (verdict) {
      case YES -> "True";
      case NO -> "False";
      case NOT_YET -> "Unknown";
    };
  }

  private static String cut(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }
}
