package io.conntracksync.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EchoTrailTest {
  @Test
  void answersWithoutABreakAreOneSpan() {
    EchoTrail trail = new EchoTrail(5);

    for (long at = 10; at <= 1000; at += 20) {
      trail.answeredAt(at);
    }

    assertThat(trail.spans()).containsExactly(new Span(10, 990));
  }

  @Test
  void aSilenceEndsASpanOnlyWhenItIsLongerThanTheBreak() {
    EchoTrail trail = new EchoTrail(0);

    trail.answeredAt(10);
    trail.answeredAt(10 + EchoTrail.BREAK_MILLIS);
    trail.answeredAt(11 + 2 * EchoTrail.BREAK_MILLIS);

    assertThat(trail.spans()).containsExactly(new Span(10, 110), new Span(211, 211));
  }

  @Test
  void theLongestGapIsBetweenAnswers() {
    EchoTrail trail = new EchoTrail(0);

    trail.answeredAt(10);
    trail.answeredAt(430);
    trail.answeredAt(450);

    assertThat(trail.longestGapAt(460)).isEqualTo(420);
  }

  @Test
  void theSilenceBeforeTheStopIsAGapToo() {
    EchoTrail trail = new EchoTrail(0);

    trail.answeredAt(10);

    assertThat(trail.longestGapAt(9_010)).isEqualTo(9_000);
  }

  @Test
  void aFlowIsAliveUntilItsSilenceIsLongerThanAllowed() {
    EchoTrail trail = new EchoTrail(0);

    trail.answeredAt(100);

    assertThat(trail.verdictAt(100 + EchoTrail.SILENCE_MILLIS)).isEqualTo(Verdict.ALIVE);
    assertThat(trail.verdictAt(101 + EchoTrail.SILENCE_MILLIS)).isEqualTo(Verdict.DEAD);
  }

  @Test
  void aFlowThatWasNeverAnsweredIsDeadAndHasNoSpan() {
    EchoTrail trail = new EchoTrail(100);

    assertThat(trail.verdictAt(200)).isEqualTo(Verdict.DEAD);
    assertThat(trail.spans()).isEmpty();
    assertThat(trail.last()).isEqualTo(100);
  }
}
