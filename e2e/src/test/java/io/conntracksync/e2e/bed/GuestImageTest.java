package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GuestImageTest {
  @Test
  void theNetworkIsConfiguredBeforeTheProgramTakesOver() {
    assertThat(GuestImage.init(Binding.BRIDGE))
        .startsWith("#!/bin/busybox sh\n")
        .containsSubsequence(
            "for m in virtio_ring virtio ",
            "ip link set eth0 up",
            "ip addr add 10.30.0.100/24 dev eth0",
            "ip addr add fd00:30::100/64 dev eth0",
            "ip route add default via 10.30.0.1\n",
            "ip -6 route add default via fd00:30::1 ")
        .endsWith("exec /bin/guest\n");
  }
}
