package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.linux.SocketFilter;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program over events that the kernel really sent, run by an interpreter. */
class EventFilterTest {
  private static final String VM = "10.30.0.100";
  private static final String VM6 = "fd00::100";

  @ParameterizedTest
  @ValueSource(
      strings = {"new-tcp", "update-tcp", "destroy-tcp", "new-icmp", "new-dnat", "new-snat-zone"})
  void letsEventsOfAnIpv4AddressThrough(String event) {
    assertThat(accepts(event, VM)).isTrue();
    assertThat(accepts(event, VM6, "10.30.0.1", VM)).isTrue();
    assertThat(accepts(event, VM6)).isFalse();
    assertThat(accepts(event, "10.30.0.101", "10.31.0.100")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"new-ipv6", "new-ipv6-reply"})
  void letsEventsOfAnIpv6AddressThrough(String event) {
    assertThat(accepts(event, VM6)).isTrue();
    assertThat(accepts(event, VM, "fd00::1:100", VM6)).isTrue();
    assertThat(accepts(event, VM)).isFalse();
    // Each differs from the VM's in another of the four words.
    assertThat(accepts(event, "fd00::101", "fd00::1:0:100", "fd00:0:0:1::100", "fd01::100"))
        .isFalse();
  }

  @Test
  void rejectsEventsOfOthers() {
    assertThat(accepts("new-foreign", VM, VM6)).isFalse();
    assertThat(accepts("new-foreign", "192.0.2.8")).isTrue();
  }

  /** The translated destination is no end of the flow. */
  @Test
  void aServiceAddressIsNobodysEnd() {
    assertThat(accepts("new-dnat", "10.96.0.1")).isFalse();
    assertThat(accepts("new-snat-zone", "203.0.113.5")).isFalse();
  }

  /** For a pod's table: who is behind the address is not asked. */
  @Test
  void aShownAddressIsADestination() {
    assertThat(accepts(VmAddress.SHOWN_END, "new-dnat", addresses("10.96.0.1"))).isTrue();
    assertThat(accepts(VmAddress.SHOWN_END, "new-snat-zone", addresses("203.0.113.5"))).isTrue();
    assertThat(accepts(VmAddress.SHOWN_END, "new-snat-zone", addresses(VM))).isFalse();
  }

  @Test
  void finds16AddressesOfEachFamilyAtEachPlace() {
    List<InetAddress> addresses = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      addresses.add(Flows.address("10.99.0." + i));
      addresses.add(Flows.address("fd99::" + i));
    }
    assertThat(accepts("new-tcp", addresses)).isFalse();
    assertThat(accepts("new-ipv6", addresses)).isFalse();
    for (int at = 0; at < addresses.size(); at++) {
      List<InetAddress> withOurs = new ArrayList<>(addresses);
      withOurs.set(at, Flows.address(VM));
      assertThat(accepts("new-icmp", withOurs)).as("at %d", at).isTrue();
      withOurs.set(at, Flows.address(VM6));
      assertThat(accepts("new-ipv6-reply", withOurs)).as("at %d", at).isTrue();
    }
  }

  @Test
  void theLargestProgramIsWithinTheKernelsLimit() {
    List<InetAddress> most = new ArrayList<>();
    for (int i = 1; i <= EventFilter.MAX_ADDRESSES; i++) {
      most.add(Flows.address("fd99::" + i));
    }

    assertThat(EventFilter.of(VmAddress.REAL_END, most).program())
        .hasSizeLessThanOrEqualTo(SocketFilter.MAX_INSTRUCTIONS);
    most.add(Flows.address(VM6));
    assertThatThrownBy(() -> EventFilter.of(VmAddress.REAL_END, most))
        .hasMessageContaining("1 to 200");
  }

  @Test
  void theProgramForOneAddressIsAsReviewed() {
    assertThat(EventFilter.of(VmAddress.REAL_END, List.of(Flows.address(VM))).program())
        .hasSize(35);
    assertThat(FilterMachine.accepts(EventFilter.nothing(), Golden.message("kernel-event-new-tcp")))
        .isFalse();
  }

  private static boolean accepts(String event, String... addresses) {
    return accepts(event, addresses(addresses));
  }

  private static List<InetAddress> addresses(String... texts) {
    return Arrays.stream(texts).map(Flows::address).toList();
  }

  private static boolean accepts(String event, Collection<InetAddress> addresses) {
    return accepts(VmAddress.REAL_END, event, addresses);
  }

  /** Whether program and the comparison in user space agree, and on what. */
  private static boolean accepts(VmAddress place, String event, Collection<InetAddress> addresses) {
    boolean accepted =
        FilterMachine.accepts(
            EventFilter.of(place, addresses), Golden.message("kernel-event-" + event));
    KernelMessages messages = new KernelMessages();
    messages.over(Golden.message("kernel-event-" + event));
    try {
      assertThat(messages.next()).isTrue();
    } catch (RefusedEntryException e) {
      throw new IllegalStateException(e);
    }
    assertThat(new EventReader(place, addresses).read(messages).isPresent()).isEqualTo(accepted);
    return accepted;
  }
}
