package io.conntracksync.operator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.operator.kubevirt.InstanceInterface;
import io.conntracksync.operator.kubevirt.InstanceStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class VmAddressesTest {
  @Test
  void takesAllAddressesOfNamedInterfacesInTheirOrderOnce() {
    assertThat(of(nic("default", "10.0.0.1", "fd00::1"), nic("net1", "192.168.7.9", "10.0.0.1")))
        .containsExactly("10.0.0.1", "fd00::1", "192.168.7.9");
  }

  @Test
  void anInterfaceWithoutANameIsTheGuestsOwnBusiness() {
    assertThat(of(nic(null, "172.17.0.1"), nic("", "172.18.0.1"))).isEmpty();
  }

  @Test
  void theSingleAddressIsTakenWhereThereIsNoList() {
    assertThat(
            VmAddresses.of(
                new InstanceStatus(
                    "n1", List.of(new InstanceInterface("default", "10.0.0.1", null)), null)))
        .containsExactly("10.0.0.1");
  }

  @Test
  void whatNeverMovesIsLeftOut() {
    assertThat(
            of(
                nic(
                    "default",
                    "127.0.0.1",
                    "169.254.3.4",
                    "224.0.0.1",
                    "0.0.0.0",
                    "255.255.255.255",
                    "::1",
                    "fe80::1",
                    "ff02::1",
                    "::")))
        .isEmpty();
  }

  @Test
  void whatIsNoAddressIsLeftOutAndNeverLookedUp() {
    assertThat(
            of(
                nic(
                    "default",
                    "localhost",
                    "beef",
                    "10.0.0.300",
                    "10.1",
                    "fe80::1%eth0",
                    "::ffff:10.0.0.1",
                    "1:2:3",
                    "")))
        .isEmpty();
  }

  @Test
  void aVmWithoutInterfacesHasNone() {
    assertThat(VmAddresses.of(new InstanceStatus("n1", null, null))).isEmpty();
  }

  private static List<String> of(InstanceInterface... nics) {
    return VmAddresses.of(new InstanceStatus("n1", List.of(nics), null));
  }

  private static InstanceInterface nic(String name, String... addresses) {
    return new InstanceInterface(name, null, List.of(addresses));
  }
}
