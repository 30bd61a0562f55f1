package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowLayoutTest {
  private static final int ROUNDS = 20_000;
  private static final long SEED = 20260101;

  /** If this changes, agents of two versions misread each other: it is a new layout. */
  @Test
  void theLayoutIsWrittenInStone() {
    Entry entry = FlowEncoder.encode(Flows.of(Flows.tcp("10.30.0.100", 40000, "192.0.2.9", 443)));

    assertThat(entry.key()).hasToString("020000000006" + "0a1e0064c0000209" + "9c4001bb");
    assertThat(HexFormat.of().formatHex(entry.value()))
        .isEqualTo(
            "c00002090a1e0064"
                + "01bb9c40"
                + "0006"
                + "00000e10"
                + "00000000"
                + "01"
                + "03"
                + "0703"
                + "0903");
    assertThat(FlowLayout.FORMAT).hasToString("netfilter/ctnetlink/1");
  }

  @Test
  void whatIsWrittenIsReadAsItWas() throws RefusedEntryException {
    RandomFlows flows = new RandomFlows(new Random(SEED));
    for (int round = 0; round < ROUNDS; round++) {
      Flow flow = flows.next();

      Entry entry = FlowEncoder.encode(flow);

      assertThat(FlowDecoder.decode(entry)).as("seed %d, round %d", SEED, round).isEqualTo(flow);
      assertThat(FlowDecoder.decode(entry.key())).isEqualTo(flow.id());
    }
  }

  /** Damaged entries are the likeliest to get far, so they are tried more than plain noise. */
  @Test
  void anyBytesAreAFlowOrARefusal() {
    Random random = new Random(SEED);
    RandomFlows flows = new RandomFlows(random);
    for (int round = 0; round < ROUNDS; round++) {
      Entry entry = FlowEncoder.encode(flows.next());
      byte[] key = damaged(random, entry.key().bytes());
      byte[] value = damaged(random, entry.value());
      Entry hostile = Entry.of(EntryKey.of(key.length == 0 ? new byte[1] : key), value);

      try {
        Flow flow = FlowDecoder.decode(hostile);
        assertThat(FlowEncoder.encode(flow))
            .as("seed %d, round %d", SEED, round)
            .isEqualTo(hostile);
      } catch (RefusedEntryException refused) {
        assertThat(refused.reason()).isIn(RefusalReason.MALFORMED, RefusalReason.UNSUPPORTED);
      }
    }
  }

  private static byte[] damaged(Random random, byte[] bytes) {
    switch (random.nextInt(4)) {
      case 0 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
      }
      case 1 -> {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        return bytes;
      }
      case 2 -> {
        byte[] noise = new byte[random.nextInt(64)];
        random.nextBytes(noise);
        return noise;
      }
      default -> {
        return bytes;
      }
    }
  }

  @Test
  void anIpv6AddressThatContainsAnIpv4OneStaysWhatItIs() throws RefusedEntryException {
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff0a1e0064");

    assertThat(Family.IPV6.address(mapped)).isNotEqualTo(Flows.address("10.30.0.100"));
  }

  @Test
  void aPartThatSaysNothingIsRefused() {
    Entry entry = FlowEncoder.encode(Flows.of(Flows.udp("10.0.0.1", 1, "10.0.0.2", 2)));
    byte[] value = Arrays.copyOf(entry.value(), entry.value().length + Labels.LENGTH);
    value[entry.value().length - 1] = FlowLayout.LABELS;

    assertThatThrownBy(() -> FlowDecoder.decode(Entry.of(entry.key(), value)))
        .isInstanceOf(RefusedEntryException.class)
        .hasMessageContaining("says nothing");
  }
}
