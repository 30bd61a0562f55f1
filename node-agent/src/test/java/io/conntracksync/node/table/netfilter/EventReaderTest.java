package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventReaderTest {
  private static final String VM = "10.30.0.100";

  private final EventReader reader =
      new EventReader(VmAddress.REAL_END, List.of(Flows.address(VM), Flows.address("fd00::100")));

  @Test
  void namesTheSameFlowFromItsFirstEventToItsLast() throws RefusedEntryException {
    FlowId tcp = new FlowId(Family.IPV4, Zones.DEFAULT, Flows.tcp(VM, 40000, "192.0.2.9", 443));

    assertThat(read("new-tcp")).contains(tcp);
    assertThat(read("update-tcp")).contains(tcp);
    assertThat(read("destroy-tcp")).contains(tcp);
  }

  @Test
  void namesZonesAsADumpDoes() throws RefusedEntryException {
    assertThat(read("new-dnat").orElseThrow().zones()).isEqualTo(new Zones(9, 9));
    assertThat(read("new-snat-zone").orElseThrow().zones()).isEqualTo(new Zones(9, 0));
  }

  @Test
  void passesOverWhatIsNoEvent() throws RefusedEntryException {
    assertThat(read("new-foreign")).isEmpty();
    KernelMessages messages = new KernelMessages();
    messages.over(Golden.message("kernel-done"));
    assertThat(messages.next()).isTrue();
    assertThat(reader.read(messages)).isEmpty();
  }

  @Test
  void anyDamagedEventIsReadOrPassedOver() {
    Random random = new Random(7);
    int named = 0;
    for (int round = 0; round < 20_000; round++) {
      ByteBuffer event = Golden.message("kernel-event-new-snat-zone");
      for (int i = random.nextInt(4); i >= 0; i--) {
        event.put(random.nextInt(event.limit()), (byte) random.nextInt());
      }
      KernelMessages messages = new KernelMessages();
      messages.over(event);
      try {
        while (messages.next()) {
          named += reader.read(messages).isPresent() ? 1 : 0;
        }
      } catch (RefusedEntryException e) {
        assertThat(e).hasMessageContaining("message");
      }
    }
    assertThat(named).isPositive().isLessThan(20_000);
  }

  private Optional<FlowId> read(String event) throws RefusedEntryException {
    KernelMessages messages = new KernelMessages();
    messages.over(Golden.message("kernel-event-" + event));
    assertThat(messages.next()).isTrue();
    return reader.read(messages);
  }
}
