package io.conntracksync.node.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class InterfaceAddressesTest {
  @Test
  void theLoopbackInterfaceIsAmongThem() throws Exception {
    assertThat(InterfaceAddresses.ofThisProcess()).contains(InetAddress.getLoopbackAddress());
  }
}
