package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.FlowEnds;
import io.conntracksync.node.table.RefusalReason;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyncAdmissionTest {
  private static final String VM = "10.0.0.5";
  private static final String VM6 = "fd00::5";

  private final SyncAdmission admission;

  SyncAdmissionTest() throws UnknownHostException {
    admission = new SyncAdmission(Set.of(InetAddress.getByName(VM), InetAddress.getByName(VM6)));
  }

  @ParameterizedTest
  @CsvSource({
    VM + ",192.0.2.7",
    "192.0.2.7," + VM,
    VM6 + ",2001:db8::1",
    "fe80::1," + VM6,
    VM + "," + VM,
    VM + ",10.0.0.255",
  })
  void flowsOfTheVmMayCome(String initiator, String responder) throws UnknownHostException {
    assertThat(admission.refusal(ends(initiator, responder))).isEmpty();
  }

  @Test
  void flowsOfOthersMayNot() throws UnknownHostException {
    assertThat(admission.refusal(ends("10.0.0.6", "192.0.2.7")))
        .contains(RefusalReason.FOREIGN_ADDRESS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "224.0.0.1",
        "239.1.1.1",
        "0.0.0.0",
        "255.255.255.255",
        "::1",
        "::",
        "ff02::1"
      })
  void theOtherEndIsOneMachine(String other) throws UnknownHostException {
    String vm = other.contains(":") ? VM6 : VM;

    assertThat(admission.refusal(ends(vm, other))).contains(RefusalReason.NOT_UNICAST);
    assertThat(admission.refusal(ends(other, vm))).contains(RefusalReason.NOT_UNICAST);
  }

  private static FlowEnds ends(String initiator, String responder) throws UnknownHostException {
    return new FlowEnds(InetAddress.getByName(initiator), InetAddress.getByName(responder));
  }
}
