package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlowReversionTest {
  private static final int TIME_WAIT = ProtocolState.Tcp.TIME_WAIT;
  private static final Flow LIVE = Flows.of(Flows.tcp("192.0.2.9", 40000, "10.30.0.100", 443));

  /** A stale leftover of an earlier stay. */
  private static final Flow FORMER =
      with(LIVE.withTimeout(60), Status.SEEN_REPLY, 7, TIME_WAIT, 0x03);

  private static final Flow WRITTEN = LIVE.withTimeout(400_000);

  /** The kernel's table after the import: bits are added, windows are forgiven. */
  private static final Flow PRESENT =
      with(
          WRITTEN,
          Status.SEEN_REPLY | Status.ASSURED,
          0,
          ProtocolState.Tcp.ESTABLISHED,
          0x03 | ProtocolState.Side.BE_LIBERAL);

  @Test
  void whatNobodyTouchedBecomesWhatItWas() {
    assertThat(new FlowReversion(FORMER, WRITTEN, PRESENT).result()).contains(FORMER);
    assertThat(PRESENT.canBecome(FORMER)).as("ASSURED is to be cleared").isFalse();
  }

  @Test
  void whatIsAsItWasStaysUntouched() {
    assertThat(new FlowReversion(FORMER, WRITTEN, FORMER).result()).contains(FORMER);
  }

  @Test
  void whatWouldHaveRunOutByNowGoes() {
    assertThat(new FlowReversion(FORMER.withTimeout(0), WRITTEN, PRESENT).result()).isEmpty();
  }

  @Test
  void whatPacketsKeptAliveLivesOn() {
    Flow used = PRESENT.withTimeout(432_000);

    assertThat(new FlowReversion(FORMER.withTimeout(0), WRITTEN, used).result())
        .contains(FORMER.withTimeout(432_000));
  }

  @Test
  void aStateThatPacketsChangedStaysWithItsTime() {
    Flow closed =
        with(
            PRESENT.withTimeout(9),
            PRESENT.status(),
            0,
            ProtocolState.Tcp.CLOSE,
            0x07 | ProtocolState.Side.BE_LIBERAL);

    Flow result = new FlowReversion(FORMER, WRITTEN, closed).result().orElseThrow();

    assertThat(result.timeoutSeconds()).isEqualTo(9);
    assertThat(result.state())
        .as("closing was seen by packets, forgiving was written")
        .isEqualTo(with(LIVE, 0, 0, ProtocolState.Tcp.CLOSE, 0x07).state());
    assertThat(result.mark()).as("nobody but us changed it").isEqualTo(7);
  }

  @Test
  void aMarkThatAnotherProgramSetStays() {
    Flow marked = with(PRESENT, PRESENT.status(), 5, ProtocolState.Tcp.ESTABLISHED, 0x0b);

    assertThat(new FlowReversion(FORMER, WRITTEN, marked).result().orElseThrow().mark())
        .isEqualTo(5);
  }

  @Test
  void anotherFlowInItsPlaceIsLeftAlone() {
    Flow translated =
        Flows.of(LIVE.id().original(), Flows.tcp("10.30.0.7", 443, "192.0.2.9", 40000), 0x26);

    assertThat(new FlowReversion(FORMER, WRITTEN, translated).result()).contains(translated);
  }

  private static Flow with(Flow flow, int status, int mark, int state, int flags) {
    return new Flow(
        flow.id(),
        flow.reply(),
        status,
        flow.timeoutSeconds(),
        mark,
        new ProtocolState.Tcp(
            state, new ProtocolState.Side(7, flags), new ProtocolState.Side(9, flags)),
        flow.labels(),
        flow.corrections(),
        flow.ties());
  }
}
