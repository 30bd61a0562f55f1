package io.conntracksync.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The peer program as a process of its own, as the demo runs it, without a namespace. */
class PeerTest {
  private static final List<String> PREFIX = List.of("env", "LC_ALL=C");

  @TempDir Path folder;
  private FakeGuest guest;

  @BeforeEach
  void start() throws IOException {
    guest = new FakeGuest();
  }

  @AfterEach
  void stop() throws IOException {
    guest.close();
  }

  @Test
  void drivesFlowsFromItsOwnProcess() {
    try (Peer peer = peer(List.of("127.0.0.1"))) {
      peer.openFromPeer(2);
      peer.openFromVm(2);
      peer.openStreams(2);
      await("all alive").until(() -> peer.live().equals(new Live(4, 4)));
      await("datagrams at the VM").until(() -> guest.datagrams() > 20);
      Instant marked = Instant.now();
      peer.mark("route moved", marked);

      TrafficResult result = peer.stop();

      assertThat(result.survived(Transport.TCP)).isEqualTo(4);
      assertThat(result.survived(Transport.UDP)).isEqualTo(2);
      assertThat(result.marks()).containsExactly(new Mark("route moved", marked.toEpochMilli()));
    }
  }

  @Test
  void speaksBothFamiliesInTurn() throws IOException {
    Assumptions.assumeTrue(
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .anyMatch(each -> each.isLoopbackAddress() && each instanceof Inet6Address),
        "this machine has no IPv6 loopback address");

    try (Peer peer = peer(List.of("127.0.0.1", "::1"))) {
      peer.openFromPeer(2);
      peer.openFromVm(2);

      TrafficResult result = peer.stop();

      assertThat(result.flows())
          .extracting(Flow::family)
          .containsExactlyInAnyOrder(Family.IPV4, Family.IPV4, Family.IPV6, Family.IPV6);
      assertThat(result.newConnections()).extracting(NewConnection::ok).containsExactly(true, true);
    }
  }

  @Test
  void aFailedOrderNamesTheOrderTheReasonAndTheLog() throws IOException {
    try (Peer peer = peer(List.of("127.0.0.1"))) {
      guest.close();

      assertThatThrownBy(() -> peer.openFromVm(1))
          .hasMessageContaining("open vm 1")
          .hasMessageContaining("refused")
          .hasMessageContaining("peer.log");
    }
  }

  @Test
  void endsWithItsOwner() {
    Peer peer = peer(List.of("127.0.0.1"));
    long pid = peer.pid();

    peer.close();

    await("the process is gone").until(() -> ProcessHandle.of(pid).isEmpty());
  }

  private Peer peer(List<String> addresses) {
    String resultFile = folder.resolve("traffic.json").toString();
    return Peer.start(guest.settings(addresses, resultFile), PREFIX, folder.resolve("peer.log"));
  }
}
