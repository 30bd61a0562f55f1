package io.conntracksync.node.session;

import io.conntracksync.node.session.TargetProgress.HookAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hooks that wait for one sync, and what was answered last. Pure.
 *
 * @param waiting when each of them asked
 * @param last the latest answer, as the status shows it
 */
record HookBook(Map<Long, Instant> waiting, Optional<HookAnswer> last) {
  static final HookBook EMPTY = new HookBook(Map.of(), Optional.empty());

  HookBook {
    waiting = Map.copyOf(waiting);
  }

  HookBook asked(long wait, Instant at) {
    Map<Long, Instant> more = new HashMap<>(waiting);
    more.put(wait, at);
    return new HookBook(more, last);
  }

  /**
   * One left without an answer. When its time was over by then, that is what became of it: an agent
   * that hung sees it leave and its deadline pass in the same moment, in any order.
   */
  HookBook gone(long wait, Instant at, Duration deadline) {
    Instant since = waiting.get(wait);
    if (since == null) {
      return this;
    }
    Duration waited = Duration.between(since, at);
    HookBook rest = without(wait);
    return waited.compareTo(deadline) < 0 ? rest : rest.missed(waited);
  }

  private HookBook without(long wait) {
    Map<Long, Instant> fewer = new HashMap<>(waiting);
    fewer.remove(wait);
    return new HookBook(fewer, last);
  }

  /** Answers one of them; nothing when it does not wait. */
  Answered answer(long wait, HookVerdict verdict, Instant at) {
    Instant since = waiting.get(wait);
    if (since == null) {
      return new Answered(this, List.of());
    }
    Duration waited = Duration.between(since, at);
    HookAnswer answer =
        new HookAnswer(outcome(verdict), waited.isNegative() ? Duration.ZERO : waited);
    return new Answered(
        new HookBook(without(wait).waiting, Optional.of(answer)),
        List.of(new TargetAction.Answer(wait, verdict)));
  }

  /** One waited before this book was opened; what was answered from it counts more. */
  HookBook missed(Duration waited) {
    return last.isPresent()
        ? this
        : new HookBook(
            waiting, Optional.of(new HookAnswer(HookAnswer.Outcome.DEADLINE_EXCEEDED, waited)));
  }

  /** Answers all of them. */
  Answered answerAll(HookVerdict verdict, Instant at) {
    HookBook book = this;
    List<TargetAction> actions = new ArrayList<>();
    for (long wait : waiting.keySet().stream().sorted().toList()) {
      Answered one = book.answer(wait, verdict, at);
      book = one.book();
      actions.addAll(one.actions());
    }
    return new Answered(book, actions);
  }

  private static HookAnswer.Outcome outcome(HookVerdict verdict) {
    if (verdict instanceof HookVerdict.Proceed proceed) {
      return switch (proceed.because()) {
        case IMPORTED -> HookAnswer.Outcome.IMPORTED;
        case DEADLINE_EXCEEDED -> HookAnswer.Outcome.DEADLINE_EXCEEDED;
        case FAILED, NO_SYNC, NOT_MIGRATING -> HookAnswer.Outcome.FAILED;
      };
    }
    return HookAnswer.Outcome.ABORTED;
  }

  /** The book afterwards, and what to say. */
  record Answered(HookBook book, List<TargetAction> actions) {
    Answered {
      actions = List.copyOf(actions);
    }
  }
}
