package io.conntracksync.node.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ExportRuleTest {
  private static final Entry FLOW = FakeTable.flow("10.30.0.100", "192.0.2.9", 1);

  private final ExportRule rule =
      new ExportRule(new FakeEntryReader(), Set.of(FakeTable.address("192.168.1.11")));

  @Test
  void aFlowTranslatedToTheNodeStaysBehind() {
    assertThat(rule.refusal(FakeEntryReader.translated(FLOW, "192.168.1.11")))
        .contains(RefusalReason.SOURCE_NODE_ADDRESS);
  }

  @Test
  void otherFlowsGo() {
    assertThat(rule.refusal(FakeEntryReader.translated(FLOW, "203.0.113.5"))).isEmpty();
    assertThat(rule.refusal(FLOW)).isEmpty();
  }
}
