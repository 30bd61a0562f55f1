package io.conntracksync.node.gatekeeping;

import java.time.Duration;
import java.util.Optional;

/**
 * What a hook may ask:
 *
 * <pre>
 * incoming DOMAIN UUID → ok
 * wait DOMAIN UUID     → ok OUTCOME | abort REASON
 * wait                 → the same
 * </pre>
 */
final class HookQuestions implements Questions {
  /** The end of the API's {@code hookDeadline}; hooks refuse to wait longer. */
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(5);

  private final HookDesk desk;

  HookQuestions(HookDesk desk) {
    this.desk = desk;
  }

  @Override
  public Optional<Pending<byte[]>> ask(byte[] line) {
    return HookLine.parse(line).map(this::answer);
  }

  @Override
  public Duration longestHold() {
    return LONGEST_HOLD;
  }

  private Pending<byte[]> answer(HookQuestion question) {
    if (question instanceof HookQuestion.Incoming incoming) {
      desk.incoming(incoming.domain(), incoming.uuid());
      return Pending.ready(HookLine.heard());
    }
    Pending<HookAnswer> pending =
        question instanceof HookQuestion.Wait wait
            ? desk.await(wait.domain(), wait.uuid())
            : desk.awaitOnly();
    return pending.as(HookLine::answer);
  }
}
