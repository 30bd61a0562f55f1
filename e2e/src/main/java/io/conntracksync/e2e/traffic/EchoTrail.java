package io.conntracksync.e2e.traffic;

import java.util.ArrayList;
import java.util.List;

/**
 * When a flow was answered, folded into spans as the answers come, so that a long run costs no
 * memory. Pure; times are milliseconds since the run's start and must not go backwards.
 */
final class EchoTrail {
  /** A longer silence ends a span: several times the pace, above what a busy machine does. */
  static final long BREAK_MILLIS = 100;

  /**
   * A flow without an answer in this time before the stop is dead. Retransmission timers start at
   * 200 ms and double: after a switchover of some hundred milliseconds TCP is back well within it.
   */
  static final long SILENCE_MILLIS = 1500;

  private final long opened;
  private final List<Span> spans = new ArrayList<>();
  private long from;
  private long last;
  private long longest;
  private boolean answered;

  EchoTrail(long opened) {
    this.opened = opened;
    this.last = opened;
  }

  void answeredAt(long at) {
    longest = Math.max(longest, at - last);
    if (!answered) {
      from = at;
    } else if (at - last > BREAK_MILLIS) {
      spans.add(new Span(from, last));
      from = at;
    }
    answered = true;
    last = at;
  }

  boolean answered() {
    return answered;
  }

  long opened() {
    return opened;
  }

  long last() {
    return last;
  }

  List<Span> spans() {
    List<Span> all = new ArrayList<>(spans);
    if (answered) {
      all.add(new Span(from, last));
    }
    return all;
  }

  /** The silence before {@code stopped} counts: a dead flow's gap lasts until then. */
  long longestGapAt(long stopped) {
    return Math.max(longest, stopped - last);
  }

  Verdict verdictAt(long stopped) {
    return answered && stopped - last <= SILENCE_MILLIS ? Verdict.ALIVE : Verdict.DEAD;
  }
}
