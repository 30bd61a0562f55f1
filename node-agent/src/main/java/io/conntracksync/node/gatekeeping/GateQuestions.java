package io.conntracksync.node.gatekeeping;

import java.time.Duration;
import java.util.Optional;

/** What the gate of one domain may ask: {@code pause DOMAIN UUID} → {@code ok OUTCOME}. */
final class GateQuestions implements Questions {
  /** The end of the API's {@code switchoverDeadline}; gates refuse to wait longer. */
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(1);

  private final String domain;
  private final GateDesk desk;

  GateQuestions(String domain, GateDesk desk) {
    this.domain = domain;
    this.desk = desk;
  }

  @Override
  public Optional<Pending<byte[]>> ask(byte[] line) {
    return Line.text(line)
        .flatMap(Line::aboutDomain)
        .filter(asked -> asked.word().equals("pause") && asked.domain().equals(domain))
        .map(
            asked ->
                desk.paused(domain, asked.uuid())
                    .as(answer -> Line.bytes("ok " + answer.outcome())));
  }

  @Override
  public Duration longestHold() {
    return LONGEST_HOLD;
  }
}
