package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AddressMatchTest {
  private static final String VM = "10.30.0.100";
  private static final String OTHER_VM = "10.30.0.101";
  private static final String X = "192.0.2.9";
  private static final String VIP = "10.96.0.1";
  private static final String POD = "10.40.0.7";
  private static final String NODE = "203.0.113.5";

  static Stream<Arguments> flowsOfTheVm() {
    return Stream.of(
        Arguments.of("VM to X", tcp(VM, X), tcp(X, VM)),
        Arguments.of("VM to X behind source NAT", tcp(VM, X), tcp(X, NODE)),
        Arguments.of("VM to a service on a pod", tcp(VM, VIP), tcp(POD, VM)),
        Arguments.of("X to VM", tcp(X, VM), tcp(VM, X)),
        Arguments.of("X to a service on the VM", tcp(X, VIP), tcp(VM, X)),
        Arguments.of("VM to a service on itself", tcp(VM, VIP), tcp(VM, NODE)));
  }

  static Stream<Arguments> flowsOfOthers() {
    return Stream.of(
        Arguments.of("X to the node", tcp(X, NODE), tcp(NODE, X)),
        Arguments.of("another VM to X", tcp(OTHER_VM, X), tcp(X, OTHER_VM)),
        Arguments.of("X to a service on another VM", tcp(X, VIP), tcp(OTHER_VM, X)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flowsOfTheVm")
  void findsEveryFlowThatTheVmIsAnEndOf(String name, Tuple original, Tuple reply)
      throws RefusedEntryException {
    assertThat(matches(original, reply)).as(name).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flowsOfOthers")
  void passesOverTheFlowsOfOthers(String name, Tuple original, Tuple reply)
      throws RefusedEntryException {
    assertThat(matches(original, reply)).as(name).isFalse();
  }

  @Test
  void anAddressOfTheOtherFamilyMatchesNothing() throws RefusedEntryException {
    AddressMatch match = new AddressMatch(Family.IPV6, List.of(Flows.address("fd00::1")));

    assertThat(match.matches(message(tcp(VM, X), tcp(X, VM)))).isFalse();
  }

  private static boolean matches(Tuple original, Tuple reply) throws RefusedEntryException {
    return new AddressMatch(Family.IPV4, List.of(Flows.address(VM)))
        .matches(message(original, reply));
  }

  private static KernelMessages message(Tuple original, Tuple reply) throws RefusedEntryException {
    RequestBatch batch = new RequestBatch().clear(1);
    FlowWriter.writeNew(
        batch.begin(Nfnetlink.CT_NEW, 0, Family.IPV4),
        Flows.of(original, reply, 0),
        FlowWriter.Windows.FORGIVING);
    batch.end();
    KernelMessages messages = new KernelMessages();
    messages.over(batch.datagram());
    assertThat(messages.next()).isTrue();
    return messages;
  }

  private static Tuple tcp(String source, String destination) {
    return Flows.tcp(source, 1000, destination, 2000);
  }
}
