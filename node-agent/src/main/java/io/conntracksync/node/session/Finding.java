package io.conntracksync.node.session;

import java.util.Objects;

/**
 * One observation as the status shows it.
 *
 * @param verdict whether the condition holds
 * @param reason why, one word in CamelCase: an API
 * @param message what happened and what to do, a sentence
 */
public record Finding(Verdict verdict, String reason, String message) {
  public Finding {
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(message, "message");
  }

  /** Whether something holds. */
  public enum Verdict {
    YES,
    NO,
    NOT_YET
  }
}
