package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImportPlanTest {
  private static final FlowAdmission ALL = ends -> Optional.empty();

  private final Tally tally = new Tally();

  @Test
  void whatWouldBeMissedMostComesFirstAndExpectedFlowsComeLast() {
    Flow connection = Flows.of(Flows.tcp("10.0.0.1", 1, "10.0.0.2", 21));
    Flow expected =
        Flows.expected(Flows.tcp("10.0.0.1", 2, "10.0.0.2", 20), connection.id().original());
    Tuple query = Flows.udp("10.0.0.1", 3, "10.0.0.2", 53);
    Flow unanswered = Flows.of(query, query.inverse(), 0);
    Tuple stream = Flows.udp("10.0.0.1", 4, "10.0.0.2", 53);
    Flow assured = Flows.of(stream);

    assertThat(plan(ALL, expected, unanswered, assured, connection))
        .extracting(Candidate::flow)
        .containsExactly(connection, assured, unanswered, expected);
  }

  @Test
  void ofTwoEntriesOfOneFlowTheLaterCounts() {
    Tuple tuple = Flows.udp("10.0.0.1", 3, "10.0.0.2", 53);
    Flow earlier = Flows.of(tuple, tuple.inverse(), 0);
    Flow later = Flows.of(tuple);

    assertThat(plan(ALL, earlier, later)).extracting(Candidate::flow).containsExactly(later);
  }

  @Test
  void nothingIsAppliedThatTheAdmissionRefuses() {
    FlowAdmission none = ends -> Optional.of(RefusalReason.NOT_UNICAST);

    assertThat(plan(none, Flows.of(Flows.udp("10.0.0.1", 1, "127.0.0.1", 2)))).isEmpty();
    assertThat(tally.applied().refused()).containsExactly(Map.entry(RefusalReason.NOT_UNICAST, 1));
  }

  @Test
  void whatIsNoEntryIsCountedAndHindersNoOther() {
    Entry good = FlowEncoder.encode(Flows.of(Flows.udp("10.0.0.1", 1, "10.0.0.2", 2)));
    Entry bad = Entry.of(EntryKey.of(new byte[] {1}), new byte[0]);

    assertThat(ImportPlan.make(List.of(bad, good), ALL, tally)).hasSize(1);
    assertThat(tally.applied().refused()).containsEntry(RefusalReason.MALFORMED, 1);
  }

  private List<Candidate> plan(FlowAdmission admission, Flow... flows) {
    List<Entry> entries = List.of(flows).stream().map(FlowEncoder::encode).toList();
    return ImportPlan.make(entries, admission, tally);
  }
}
