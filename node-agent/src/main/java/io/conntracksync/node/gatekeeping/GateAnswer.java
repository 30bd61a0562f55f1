package io.conntracksync.node.gatekeeping;

import java.util.Objects;

/**
 * What a gate is told in the end. It lets go whatever that is.
 *
 * @param outcome one word
 */
public record GateAnswer(String outcome) {
  public GateAnswer {
    Objects.requireNonNull(outcome, "outcome");
  }
}
