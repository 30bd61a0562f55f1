package io.conntracksync.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgendaTest {
  private final Agenda agenda = new Agenda();
  private final List<String> done = new ArrayList<>();

  @Test
  void doesWhatIsDueInTheOrderOfTime() {
    agenda.at(30, () -> done.add("late"));
    agenda.at(10, () -> done.add("first"));
    agenda.at(20, () -> done.add("second"));

    agenda.runDue(20);

    assertThat(done).containsExactly("first", "second");
    assertThat(agenda.untilNext(20, 500)).isEqualTo(10);
  }

  @Test
  void whatIsOverdueIsDueNow() {
    agenda.at(10, () -> {});

    assertThat(agenda.untilNext(50, 500)).isZero();
  }

  @Test
  void anEmptyAgendaWaitsAsLongAsAllowed() {
    assertThat(agenda.untilNext(50, 500)).isEqualTo(500);
  }

  @Test
  void anItemMayPutItselfOnAgain() {
    agenda.at(10, () -> agenda.at(30, () -> done.add("again")));

    agenda.runDue(10);
    agenda.runDue(30);

    assertThat(done).containsExactly("again");
  }
}
