package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.RefusalReason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FlowRulesTest {
  @Test
  void icmpv6InAnIpv4EntryIsRefusedThoughTheKernelTakesIt() {
    refused(
        RefusalReason.MALFORMED,
        () -> check(tuple(Protocol.ICMPV6, new Transport.Icmp(1, 128, 0))));
  }

  @Test
  void anIcmpErrorIsNoFlow() {
    refused(
        RefusalReason.UNSUPPORTED, () -> check(tuple(Protocol.ICMP, new Transport.Icmp(1, 3, 0))));
  }

  @Test
  void dccpIsNotCarried() {
    refused(RefusalReason.UNSUPPORTED, () -> check(tuple(Protocol.DCCP, new Transport.Nothing())));
    refused(
        RefusalReason.UNSUPPORTED, () -> check(tuple(Protocol.DCCP, new Transport.Ports(1, 2))));
  }

  @Test
  void aProtocolWithPortsNeedsThem() {
    refused(RefusalReason.MALFORMED, () -> check(tuple(Protocol.UDP, new Transport.Nothing())));
    refused(RefusalReason.MALFORMED, () -> check(tuple(50, new Transport.Ports(1, 2))));
  }

  @Test
  void twoZonesAreRefused() {
    FlowId id =
        new FlowId(Family.IPV4, new Zones(1, 2), tuple(Protocol.UDP, new Transport.Ports(1, 2)));

    refused(RefusalReason.MALFORMED, () -> FlowRules.checked(id));
  }

  private static void refused(RefusalReason reason, ThrowingCallable check) {
    assertThatThrownBy(check)
        .isInstanceOfSatisfying(
            RefusedEntryException.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
  }

  private static void check(Tuple tuple) throws RefusedEntryException {
    var unused = FlowRules.checked(new FlowId(Family.IPV4, Zones.DEFAULT, tuple));
  }

  private static Tuple tuple(int protocol, Transport transport) {
    return new Tuple(Flows.address("10.0.0.1"), Flows.address("10.0.0.2"), protocol, transport);
  }
}
