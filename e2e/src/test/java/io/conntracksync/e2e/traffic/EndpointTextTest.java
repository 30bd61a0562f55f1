package io.conntracksync.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTextTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1:7",
    "::1, [::1]:7",
    "::, [::]:7",
    "fd00:10:30::100, [fd00:10:30::100]:7",
    "fd00::, [fd00::]:7",
    "fd00:1:0:2:0:0:0:5, [fd00:1:0:2::5]:7",
    "1:2:3:4:5:6:7:8, [1:2:3:4:5:6:7:8]:7",
    "1:0:3:4:5:6:7:8, [1:0:3:4:5:6:7:8]:7",
    "fd00:10:0:0:0:0:0:100, [fd00:10::100]:7"
  })
  void writesAnEndpointInItsShortestForm(String address, String text) throws UnknownHostException {
    assertThat(EndpointText.of(new InetSocketAddress(InetAddress.getByName(address), 7)))
        .isEqualTo(text);
  }
}
