package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.ciliumbpf.ClockSource.Ktime;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CtReversionTest {
  private static final int NOW = 1000;
  private static final int SYN_CLOSING = CtFlags.SEEN_NON_SYN | CtFlags.RX_CLOSING;
  private static final CtValue FORMER = value(NOW + 100, SYN_CLOSING, 5, 37, 0x03);
  private static final CtValue WRITTEN = value(NOW + 8000, CtFlags.SEEN_NON_SYN, 6, 38, 0x1a);

  @Test
  void whatNobodyTouchedBecomesWhatItWas() {
    assertThat(reverted(FORMER, WRITTEN)).contains(FORMER);
  }

  @Test
  void doneAgainItChangesNothing() {
    CtValue once = reverted(FORMER, value(NOW + 7990, SYN_CLOSING, 6, 38, 0x1b)).orElseThrow();

    assertThat(reverted(FORMER, once)).contains(once);
    // The former's time is counted anew and may be rounded otherwise.
    CtValue anew = value(NOW + 8001, SYN_CLOSING, 5, 37, 0x03);
    CtValue given = value(NOW + 8002, SYN_CLOSING, 5, 37, 0x03);
    assertThat(reverted(anew, given)).contains(given);
  }

  @Test
  void whatPacketsChangedStays() {
    int closing = CtFlags.SEEN_NON_SYN | CtFlags.TX_CLOSING;
    CtValue result = reverted(FORMER, value(NOW + 10, closing, 7, 39, 0x1e)).orElseThrow();

    assertThat(result.lifetime()).isEqualTo(NOW + 10);
    assertThat(result.flags()).isEqualTo(SYN_CLOSING | CtFlags.TX_CLOSING);
    assertThat(result.revNat()).isEqualTo(7);
    assertThat(result.second()).isEqualTo(39);
    assertThat(result.transmitted()).isEqualTo(0x03 | 0x04);
  }

  @Test
  void whatWouldHaveEndedEnds() {
    CtValue over = value(NOW, SYN_CLOSING, 5, 37, 0x03);

    assertThat(reverted(over, WRITTEN)).isEmpty();
    assertThat(reverted(over, value(NOW + 9000, CtFlags.SEEN_NON_SYN, 6, 38, 0x1a)))
        .hasValueSatisfying(alive -> assertThat(alive.lifetime()).isEqualTo(NOW + 9000));
  }

  @Test
  void whatIsNotCarriedStaysAsTheNodeHasIt() {
    CtValue news = WRITTEN.over(presentWithOwn(), Generation.V1_18);

    assertThat(news.flags()).isEqualTo(CtFlags.SEEN_NON_SYN | CtFlags.NEED_DSR_INFO | CtFlags.DSR);
    assertThat(news.extra()).isEqualTo(9);
    assertThat(news.packets()).isEqualTo(3);
    assertThat(news.bytes()).isEqualTo(4);
    assertThat(news.lifetime()).isEqualTo(WRITTEN.lifetime());
    assertThat(news.second()).isEqualTo(38);
    assertThat(WRITTEN.over(presentWithOwn(), Generation.V1_19).flags() & CtFlags.DSR).isZero();
    CiliumNode node = new CiliumNode(Generation.V1_18, new Ktime());
    CtValue result = new CtReversion(node, FORMER, WRITTEN, news, NOW).result().orElseThrow();
    assertThat(result.flags()).isEqualTo(SYN_CLOSING | CtFlags.NEED_DSR_INFO | CtFlags.DSR);
    assertThat(result.extra()).isEqualTo(9);
    assertThat(result.packets()).isEqualTo(3);
  }

  private static CtValue presentWithOwn() {
    int flags = SYN_CLOSING | CtFlags.NEED_DSR_INFO | CtFlags.DSR;
    return new CtValue(0, 37, 3, 4, NOW, flags, 5, 9, 0, 0, 1, 7, 8);
  }

  private static Optional<CtValue> reverted(CtValue former, CtValue present) {
    CiliumNode node = new CiliumNode(Generation.V1_19, new Ktime());
    return new CtReversion(node, former, WRITTEN, present, NOW).result();
  }

  private static CtValue value(int lifetime, int flags, int revNat, long second, int seen) {
    return new CtValue(0, second, 0, 0, lifetime, flags, revNat, 0, seen, seen, 1234, 0, 0);
  }
}
