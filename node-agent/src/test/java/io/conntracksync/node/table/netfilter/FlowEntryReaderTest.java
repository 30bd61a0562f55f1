package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.Entry;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowEntryReaderTest {
  private final FlowEntryReader reader = new FlowEntryReader();

  @Test
  void onlyTheTimeLeftDoesNotMatter() {
    RandomFlows flows = new RandomFlows(new Random(7));
    for (int round = 0; round < 1000; round++) {
      Flow flow = flows.next();
      Entry entry = FlowEncoder.encode(flow);

      assertThat(reader.significant(FlowEncoder.encode(flow.withTimeout(5))))
          .isEqualTo(reader.significant(entry));
      assertThat(reader.lifetime(entry)).isEqualTo(Duration.ofSeconds(flow.timeoutSeconds()));
      Flow other = flow.withLabels(new Labels(flow.labels().first() + 1, 1));
      assertThat(reader.significant(FlowEncoder.encode(other)))
          .isNotEqualTo(reader.significant(entry));
    }
  }

  @Test
  void saysToWhatTheInitiatorIsTranslated() {
    Tuple original = Flows.udp("10.30.0.100", 5000, "192.0.2.9", 53);
    Tuple reply = Flows.udp("192.0.2.9", 53, "192.168.1.11", 6000);
    Flow translated = Flows.of(original, reply, Status.SEEN_REPLY | Status.SRC_NAT);

    assertThat(reader.translatedInitiator(FlowEncoder.encode(translated)))
        .contains(Flows.address("192.168.1.11"));
    assertThat(reader.translatedInitiator(FlowEncoder.encode(Flows.of(original)))).isEmpty();
  }

  @Test
  void anEntryOfAnotherTableIsTheCallersMistake() {
    Entry foreign =
        Entry.of(
            FlowEncoder.key(Flows.of(Flows.udp("10.0.0.1", 1, "10.0.0.2", 2)).id()), new byte[3]);

    assertThatThrownBy(() -> reader.lifetime(foreign)).hasMessageContaining("netfilter/ctnetlink");
  }
}
